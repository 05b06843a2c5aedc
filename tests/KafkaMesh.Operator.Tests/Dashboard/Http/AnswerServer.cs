using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace KafkaMesh.Operator.Tests.Dashboard.Http;

/// <summary>Answers every request in the same way.</summary>
internal sealed class AnswerServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private AnswerServer(WebApplication app) => _app = app;

    /// <summary>The first request has been answered, or given up.</summary>
    public Task Done => _done.Task;

    /// <summary>Where it listens.</summary>
    public IPEndPoint Address => new(IPAddress.Loopback, new Uri(_app.Urls.Single()).Port);

    /// <summary>Starts serving.</summary>
    public static async Task<AnswerServer> StartAsync(Func<HttpContext, Task> answer)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0));
        var server = new AnswerServer(builder.Build());
        server._app.Run(async context =>
        {
            try
            {
                await answer(context);
            }
            catch (Exception error) when (error is OperationCanceledException or IOException)
            {
                context.Abort(); // as the dashboard does
            }
            finally
            {
                server._done.TrySetResult();
            }
        });
        await server._app.StartAsync();
        return server;
    }

    /// <summary>A connection that has asked.</summary>
    /// <param name="target">For what.</param>
    public async Task<Socket> ConnectAsync(string target = "/")
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await socket.ConnectAsync(Address);
        await socket.SendAsync(Encoding.ASCII.GetBytes($"GET {target} HTTP/1.1\r\nHost: x\r\n\r\n"));
        return socket;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
