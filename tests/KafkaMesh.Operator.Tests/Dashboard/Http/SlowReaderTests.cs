using System.Net;
using System.Net.Sockets;
using System.Text;
using KafkaMesh.Kubernetes.Tests.Infrastructure;
using KafkaMesh.Operator.Dashboard.Http;
using KafkaMesh.Operator.Dashboard.Leader;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace KafkaMesh.Operator.Tests.Dashboard.Http;

/// <summary>Readers that never read: cut off after the patience that they are promised, through a standby too, and nothing is held for them afterwards.</summary>
public sealed class SlowReaderTests
{
    private const int Size = 32 * 1024 * 1024; // no kernel takes so much for a reader that does not read

    private readonly ManualTimeProvider _time = new();
    private readonly WaitingAnswers _waiting = new(limit: 2 * Size);
    private readonly byte[] _large = [.. Enumerable.Repeat((byte)'x', Size)];

    [Fact]
    public async Task Answer_ReaderThatNeverReads_IsCutOffAfterItsDeadline()
    {
        var writer = new AnswerWriter(_waiting, _time);
        await using var server = await Server.StartAsync(context => writer.WriteAsync(context, _large));
        using var reader = await server.ConnectAsync();
        await AssertCutOffAsync(server, reader, EventStream.Patience + TimeSpan.FromSeconds(Size / AnswerWriter.SlowestBytesPerSecond));
        Assert.Equal(0, _waiting.Bytes);
    }

    [Fact]
    public async Task Stream_ReaderThatNeverReads_IsCutOffAfterItsPatience()
    {
        await using var server = await Server.StartAsync(StreamAsync);
        using var reader = await server.ConnectAsync();
        await AssertCutOffAsync(server, reader, EventStream.Patience);
    }

    [Fact]
    public async Task Forward_ReaderThatNeverReads_IsCutOffByTheStandbyAndTheLeaderIsLetGo()
    {
        // The leader's own clock stands still: it is the standby that lets go of both.
        var leadersTime = new ManualTimeProvider();
        await using var leader = await Server.StartAsync(async context => await (await EventStream.StartAsync(context, leadersTime)).WriteAsync("monitor", _large));
        using var forwarder = new LeaderForwarder(() => leader.Address, _time);
        await using var standby = await Server.StartAsync(context => forwarder.ForwardAsync(context, CancellationToken.None));
        using var reader = await standby.ConnectAsync();
        await AssertCutOffAsync(standby, reader, EventStream.Patience);
        await leader.Done.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Answer_ManyReadersThatNeverRead_HoldOneCopy()
    {
        const int Readers = 24;
        var writer = new AnswerWriter(_waiting, _time);
        var begun = 0;
        await using var server = await Server.StartAsync(context =>
        {
            Interlocked.Increment(ref begun);
            return writer.WriteAsync(context, _large);
        });
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var readers = await Task.WhenAll(Enumerable.Range(0, Readers).Select(_ => server.ConnectAsync()));
        await UntilAsync("all are answered", () => Volatile.Read(ref begun) == Readers);
        Assert.Equal(Size, _waiting.Bytes);

        // Each has pieces of it and a connection, not all of it.
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, Size);
        foreach (var reader in readers)
            reader.Dispose();
        await UntilAsync("nothing waits any more", () => _waiting.Bytes == 0);
    }

    private async Task StreamAsync(HttpContext context)
    {
        var stream = await EventStream.StartAsync(context, _time);
        await stream.WriteAsync("monitor", _large);
    }

    // One second before it is due the reader still has its connection.
    private async Task AssertCutOffAsync(Server server, Socket reader, TimeSpan limit)
    {
        await UntilAsync("a write waits", () => _time.HasTimer);
        await UntilStuckAsync(reader);
        _time.Advance(limit - TimeSpan.FromSeconds(1));
        Assert.False(server.Done.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));
        await server.Done.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.InRange(await DrainAsync(reader), 1, Size - 1);
    }

    // What the kernels hold for the reader grows no more.
    private static async Task UntilStuckAsync(Socket reader)
    {
        var known = -1;
        await UntilAsync("the reader's buffer is full", () =>
        {
            var isFull = reader.Available > 0 && reader.Available == known;
            known = reader.Available;
            return isFull;
        });
    }

    private static async Task<int> DrainAsync(Socket reader)
    {
        var (total, buffer) = (0, new byte[64 * 1024]);
        try
        {
            while (await reader.ReceiveAsync(buffer) is var read and > 0)
                total += read;
        }
        catch (SocketException)
        {
            // Reset: as good as an end.
        }
        return total;
    }

    private static async Task UntilAsync(string what, Func<bool> condition)
    {
        var limit = DateTime.UtcNow.AddSeconds(30);
        while (!condition())
        {
            Assert.True(DateTime.UtcNow < limit, what);
            await Task.Delay(10);
        }
    }

    /// <summary>Answers every request in the same way.</summary>
    private sealed class Server : IAsyncDisposable
    {
        private readonly WebApplication _app;
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        private Server(WebApplication app) => _app = app;

        /// <summary>The first request has been answered, or given up.</summary>
        public Task Done => _done.Task;

        public IPEndPoint Address => new(IPAddress.Loopback, new Uri(_app.Urls.Single()).Port);

        public static async Task<Server> StartAsync(Func<HttpContext, Task> answer)
        {
            var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
            builder.WebHost.UseKestrelCore().ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0));
            var server = new Server(builder.Build());
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

        public async Task<Socket> ConnectAsync()
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
            await socket.ConnectAsync(Address);
            await socket.SendAsync(Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
            return socket;
        }

        public ValueTask DisposeAsync() => _app.DisposeAsync();
    }
}
