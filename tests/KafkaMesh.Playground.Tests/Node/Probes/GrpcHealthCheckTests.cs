using System.Net;
using KafkaMesh.Playground.Node.Probes;
using KafkaMesh.Playground.Tests.Network;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace KafkaMesh.Playground.Tests.Node.Probes;

public sealed class GrpcHealthCheckTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("kafka", new byte[] { 0, 0, 0, 0, 2, 8, 1 }, "0", true, "")]
    [InlineData("kafka", new byte[] { 0, 0, 0, 0, 2, 8, 2 }, "0", false, "service unhealthy (responded with a status other than \"SERVING\")")]
    [InlineData("kafka", new byte[] { 0, 0, 0, 0, 0 }, "0", false, "service unhealthy (responded with a status other than \"SERVING\")")]
    [InlineData("other", new byte[0], "5", false, "service unhealthy (rpc status 5)")]
    [InlineData("", new byte[0], "12", false, "this server does not implement the grpc health protocol (grpc.health.v1.Health)")]
    public async Task RunAsync_ServerThatAnswers_GivesItsVerdict(string service, byte[] answer, string status, bool isHealthy, string message)
    {
        await using var network = await NetworkFixture.CreateAsync();
        const int port = 7001;
        byte[] asked = [];
        await using var server = await ServeAsync(network, port, async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            asked = body.ToArray();
            context.Response.ContentType = "application/grpc";
            await context.Response.Body.WriteAsync(answer);
            context.Response.AppendTrailer("grpc-status", status);
        });

        var result = await GrpcHealthCheck.RunAsync(network.Network.Node, new IPEndPoint(IPAddress.Loopback, port), service, Cancel);

        Assert.Equal(new ProbeResult(isHealthy, message), result);
        byte[] name = System.Text.Encoding.ASCII.GetBytes(service);
        byte[] expected = name.Length == 0 ? [0, 0, 0, 0, 0] : [0, 0, 0, 0, (byte)(name.Length + 2), 10, (byte)name.Length, .. name];
        Assert.Equal(expected, asked);
    }

    private static async Task<WebApplication> ServeAsync(NetworkFixture network, int port, RequestDelegate answer)
    {
        var listener = network.Network.Node.ListenDescriptor(new IPEndPoint(IPAddress.Loopback, port));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(o => o.ListenHandle((ulong)listener.DangerousGetHandle(), listen => listen.Protocols = HttpProtocols.Http2));
        var app = builder.Build();
        app.Run(answer);
        await app.StartAsync(Cancel);
        return app;
    }
}
