using System.Net;
using System.Net.Sockets;
using KafkaMesh.Kubernetes.Tests.Infrastructure;
using KafkaMesh.Operator.Dashboard.Http;
using KafkaMesh.Operator.Dashboard.Leader;
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
        using var writer = new AnswerWriter(_waiting, _time);
        await using var server = await AnswerServer.StartAsync(context => writer.WriteAsync(context, _large));
        using var reader = await server.ConnectAsync();
        await AssertCutOffAsync(server, reader, EventStream.Patience + TimeSpan.FromSeconds(Size / AnswerWriter.SlowestBytesPerSecond));
        Assert.Equal(0, _waiting.Bytes);
    }

    [Fact]
    public async Task Stream_ReaderThatNeverReads_IsCutOffAfterItsPatience()
    {
        await using var server = await AnswerServer.StartAsync(StreamAsync);
        using var reader = await server.ConnectAsync();
        await AssertCutOffAsync(server, reader, EventStream.Patience);
    }

    [Fact]
    public async Task Forward_ReaderThatNeverReads_IsCutOffByTheStandbyAndTheLeaderIsLetGo()
    {
        // The leader's own clock stands still: it is the standby that lets go of both.
        var leadersTime = new ManualTimeProvider();
        await using var leader = await AnswerServer.StartAsync(async context => await (await EventStream.StartAsync(context, leadersTime)).WriteAsync("monitor", _large));
        using var forwarder = new LeaderForwarder(() => leader.Address, _time);
        await using var standby = await AnswerServer.StartAsync(context => forwarder.ForwardAsync(context, CancellationToken.None));
        using var reader = await standby.ConnectAsync();
        await AssertCutOffAsync(standby, reader, EventStream.Patience);
        await leader.Done.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Answer_ManyReadersThatNeverRead_HoldOneCopy()
    {
        const int Readers = 24;
        using var writer = new AnswerWriter(_waiting, _time);
        var begun = 0;
        await using var server = await AnswerServer.StartAsync(context =>
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

    [Fact]
    public async Task LargeAnswers_ManyAtOnce_AreMadeAndCountedInTurn()
    {
        const int Readers = 12;
        using var writer = new AnswerWriter(_waiting, _time);
        using var go = new SemaphoreSlim(0);
        var (arrived, making, most, refused) = (0, 0, 0, 0);
        await using var server = await AnswerServer.StartAsync(async context =>
        {
            Interlocked.Increment(ref arrived);
            await Task.Yield();
            try
            {
                await writer.WriteLargeAsync(context, () =>
                {
                    most = Math.Max(most, Interlocked.Increment(ref making));
                    go.Wait();
                    Interlocked.Decrement(ref making);
                    return (new byte[Size], null);
                });
            }
            catch (ProblemException problem)
            {
                Assert.Equal(503, problem.Status);
                Interlocked.Increment(ref refused);
            }
        });
        var readers = await Task.WhenAll(Enumerable.Range(0, Readers).Select(_ => server.ConnectAsync()));
        await UntilAsync("all have asked", () => Volatile.Read(ref arrived) == Readers);
        await UntilAsync("two are made", () => Volatile.Read(ref making) == AnswerWriter.MaxMaking);
        go.Release(Readers);

        // Two wait for readers that do not read; more are not held, though they were made.
        await UntilAsync("the rest is refused", () => Volatile.Read(ref refused) == Readers - 2);
        Assert.Equal((AnswerWriter.MaxMaking, 2L * Size), (most, _waiting.Bytes));
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
    private async Task AssertCutOffAsync(AnswerServer server, Socket reader, TimeSpan limit)
    {
        await UntilAsync("a write waits", () => _time.HasTimer);
        await UntilStuckAsync(reader);
        _time.Advance(limit - TimeSpan.FromSeconds(1));
        Assert.False(server.Done.IsCompleted);

        // It is due in a second; on a slow machine the write that got stuck may have begun while the clock was moved.
        var late = TimeSpan.Zero;
        await UntilAsync("it is cut off", () =>
        {
            late += TimeSpan.FromSeconds(1);
            _time.Advance(TimeSpan.FromSeconds(1));
            return server.Done.IsCompleted;
        });
        Assert.InRange(late, TimeSpan.Zero, limit + TimeSpan.FromSeconds(1));
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
}
