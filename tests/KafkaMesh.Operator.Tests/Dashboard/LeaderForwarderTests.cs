using System.Net;
using System.Net.Sockets;
using KafkaMesh.Kubernetes.Tests.Infrastructure;
using KafkaMesh.Operator.Dashboard.Leader;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace KafkaMesh.Operator.Tests.Dashboard;

/// <summary>A standby between a browser and a leader of which either may vanish.</summary>
public sealed class LeaderForwarderTests
{
    [Fact]
    public async Task Forward_LeaderThatFallsSilent_CutsTheReaderOff()
    {
        using var leader = new TcpListener(IPAddress.Loopback, 0);
        leader.Start();
        var time = new ManualTimeProvider();
        using var forwarder = new LeaderForwarder(() => (IPEndPoint)leader.LocalEndpoint, time);
        var lifetime = new Lifetime();
        using var body = new MemoryStream();
        var context = new DefaultHttpContext();
        context.Features.Set<IHttpRequestLifetimeFeature>(lifetime);
        context.Request.Method = "GET";
        context.Request.Path = "/api/v1/events";
        context.Response.Body = body;
        var forwarding = forwarder.ForwardAsync(context, CancellationToken.None);
        using var connection = await leader.AcceptSocketAsync();
        await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n:\n\n\r\n"u8.ToArray());
        var limit = DateTime.UtcNow.AddSeconds(20);
        while (!forwarding.IsCompleted && DateTime.UtcNow < limit)
        {
            if (body.Length == 3)
                time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
        Assert.True(forwarding.IsCompletedSuccessfully, "the stream was not cut off");
        Assert.True(lifetime.IsAborted);
        Assert.Equal(":\n\n"u8.ToArray(), body.ToArray());
        Assert.Equal(200, context.Response.StatusCode);
    }

    private sealed class Lifetime : IHttpRequestLifetimeFeature
    {
        public bool IsAborted { get; private set; }

        public CancellationToken RequestAborted { get; set; }

        public void Abort() => IsAborted = true;
    }
}
