using System.Net.Sockets;
using KafkaMesh.Proxy.Metrics;
using KafkaMesh.Proxy.Tests.Support;
using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Tests.Transport;

public sealed class SpliceTests
{
    private const int Run = 64 * 1024 * 1024;
    private const int Partitions = 8;
    private const int PartitionBytes = 1024 * 1024;

    [Theory]
    [InlineData(0, int.MaxValue)]
    [InlineData(0, 1000)]
    [InlineData(0, 65_537)]
    [InlineData(SplicePipes.Most, int.MaxValue)]
    [InlineData(SplicePipes.Most, 700_001)]
    public async Task FetchResponse_EightPartitionsOfOneMebibyte_CountsAreTheSameWholeInPiecesAndSpliced(int pipes, int piece)
    {
        var traffic = new TrafficMetrics(1, new SeriesLimits(), SidecarIdentity.Create(null, null, null), TimeProvider.System);
        using var rig = new RelayRig(traffic, pipes: pipes);
        (Socket client, Socket broker) = rig.Pair();
        byte[] request = Wire.FetchRequest(7, "orders", Partitions);
        byte[] response = Wire.FetchResponse(7, "orders", Partitions, Wire.Batch(records: 250, payload: PartitionBytes - 61));
        client.SendAll(request);
        Assert.Equal(request, broker.ReceiveExactly(request.Length));
        var sending = Task.Run(() =>
        {
            for (int sent = 0; sent < response.Length; sent += Math.Min(piece, response.Length - sent))
            {
                broker.SendAll(response.AsSpan(sent, Math.Min(piece, response.Length - sent)));
            }
        });
        Assert.Equal(response, client.ReceiveExactly(response.Length));
        await sending.WaitAsync(RelayRig.Deadline);

        // The bytes arrive a moment before they are counted.
        Assert.True(SpinWait.SpinUntil(() => Totals(traffic).Responses == 1, RelayRig.Deadline));
        ApiTotals totals = Totals(traffic);
        MetricsSnapshot snapshot = traffic.Snapshot();
        Assert.Equal((response.Length - 4, 0), (totals.ResponseBytes, totals.ResponsesWithError));
        Assert.Equal((Partitions * 250, Partitions * PartitionBytes), Topic(snapshot, "orders"));
        Assert.All(snapshot.Failures, failures => Assert.Equal(0, failures));
        Assert.Equal(response.Length, snapshot.RelayBytes[(int)RelayFlow.Response]);
        Assert.Equal(pipes == 0, rig.Server.SplicedBytes == 0);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Splice_RunsOfAnyLength_BytesOutEqualBytesIn(int seed)
    {
        var random = new Random(seed);
        var observers = new SkippingObservers(() => random.Next(2_000_000));
        using var rig = new RelayRig(observers);
        (Socket client, Socket broker) = rig.Pair();
        byte[] bytes = RandomBytes(20_000_000, seed);
        Task<byte[]> received = Task.Run(broker.ReceiveToEnd);
        client.SendAll(bytes);
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal(bytes, await received.WaitAsync(RelayRig.Deadline));
        broker.Shutdown(SocketShutdown.Send);
        Assert.Equal(RelayEnd.Closed, await observers.End.WaitAsync(RelayRig.Deadline));
        Assert.Equal(bytes.Length, observers.Told(RelayFlow.Request));
        Assert.InRange(rig.Server.SplicedBytes, 1, bytes.Length);
        GC.KeepAlive(client); // Collected, it would be closed.
    }

    [Fact]
    public void Splice_SlowReader_HoldsOnePipeAndNothingIsLost()
    {
        var observers = new SkippingObservers(() => Run);
        using var rig = new RelayRig(observers, brokerReceiveBuffer: 4096);
        (Socket client, Socket broker) = rig.Pair();
        client.SendAll("start"u8);
        Assert.Equal("start"u8, broker.ReceiveExactly(5));
        byte[] chunk = RandomBytes(64 * 1024, 9);
        client.Blocking = false;
        long sent = 0;
        while (client.Poll(TimeSpan.FromMilliseconds(500), SelectMode.SelectWrite))
        {
            sent += client.Send(chunk, 0, chunk.Length - (int)(sent % chunk.Length), SocketFlags.None, out _);
        }

        Assert.Equal(0, rig.Server.StashedBytes);
        client.Blocking = true;
        client.Shutdown(SocketShutdown.Send);
        byte[] received = broker.ReceiveToEnd();
        Assert.Equal(sent, received.Length);
        for (int i = 0; i < received.Length; i += chunk.Length)
        {
            Assert.True(received.AsSpan(i, Math.Min(chunk.Length, received.Length - i)).SequenceEqual(chunk.AsSpan(0, Math.Min(chunk.Length, received.Length - i))));
        }

        Assert.True(rig.Server.SplicedBytes > 0);
    }

    [Fact]
    public async Task Splice_ReceiverResetsWhileThePipeIsFull_SenderIsReset()
    {
        var observers = new SkippingObservers(() => Run);
        using var rig = new RelayRig(observers, brokerReceiveBuffer: 4096);
        (Socket client, Socket broker) = rig.Pair();
        client.SendAll("start"u8);
        Assert.Equal("start"u8, broker.ReceiveExactly(5));
        client.Blocking = false;
        while (client.Poll(TimeSpan.FromMilliseconds(300), SelectMode.SelectWrite))
        {
            client.Send(new byte[256 * 1024], SocketFlags.None, out _);
        }

        client.Blocking = true;
        broker.Reset();
        Assert.Equal(RelayEnd.BrokerReset, await observers.End.WaitAsync(RelayRig.Deadline));
        Assert.Equal(SocketError.ConnectionReset, client.ReceiveError());
    }

    [Fact]
    public void Splice_SenderResetsWithinARun_ReceiverIsReset()
    {
        var observers = new SkippingObservers(() => Run);
        using var rig = new RelayRig(observers);
        (Socket client, Socket broker) = rig.Pair();
        client.SendAll("start"u8);
        _ = broker.ReceiveExactly(5);
        client.SendAll(new byte[100_000]);
        _ = broker.ReceiveExactly(100_000);
        client.Reset();
        Assert.Equal(SocketError.ConnectionReset, broker.ReceiveError());
        Assert.Equal(100_000, rig.Server.SplicedBytes);
    }

    [Fact]
    public void Splice_UrgentByteWithinARun_StaysInTheStream()
    {
        using var rig = new RelayRig(new SkippingObservers(() => Run));
        (Socket client, Socket broker) = rig.Pair();
        client.SendAll("start"u8);
        _ = broker.ReceiveExactly(5);
        client.SendAll("ab"u8);
        client.Send("!"u8, SocketFlags.OutOfBand);
        client.SendAll("cd"u8);
        Assert.Equal("ab!cd"u8, broker.ReceiveExactly(5));
        client.SendAll(new byte[1_000_000]);
        Assert.Equal(1_000_000, broker.ReceiveExactly(1_000_000).Length);
    }

    [Theory]
    [InlineData(0, LoopBuffers.LeanReceiveSize)]
    [InlineData(1000, LoopBuffers.LeanReceiveSize + 1000)]
    [InlineData(LoopBuffers.ReceiveSize, LoopBuffers.ReceiveSize)]
    [InlineData(int.MaxValue - LoopBuffers.LeanReceiveSize + 1, LoopBuffers.ReceiveSize)]
    [InlineData(int.MaxValue, LoopBuffers.ReceiveSize)]
    public void BehindRun_RunOfAnyLength_StaysInTheBuffer(int skippable, int length) => Assert.Equal(length, RelayPath.BehindRun(skippable));

    /// <summary>A frame that says it is as long as a number can be, and an urgent byte within it: the rest is read, into a buffer that is much shorter.</summary>
    [Fact]
    public async Task Splice_UrgentByteInTheLongestRun_ReadsNoMoreThanTheBufferHolds()
    {
        using var queued = new ManualResetEventSlim();
        var observers = new SkippingObservers(() => int.MaxValue - 100) { WhenSkipped = () => queued.Wait(RelayRig.Deadline) };
        using var rig = new RelayRig(observers);
        (Socket client, Socket broker) = rig.Pair();
        client.SendAll("start"u8);
        _ = broker.ReceiveExactly(5);
        client.SendAll("0123456789"u8);
        Assert.Equal("0123456789"u8, broker.ReceiveExactly(10));

        // The loop waits until all of it is there.
        byte[] bytes = RandomBytes(1_000_000, 8);
        client.Send("!"u8, SocketFlags.OutOfBand);
        Task sending = Task.Run(() => client.SendAll(bytes));
        await Task.WhenAny(sending, Task.Delay(TimeSpan.FromMilliseconds(200))); // As much of it as the sockets take.
        queued.Set();
        Assert.Equal("!"u8, broker.ReceiveExactly(1));
        Assert.Equal(bytes, broker.ReceiveExactly(bytes.Length));
        await sending.WaitAsync(RelayRig.Deadline);
        Assert.True(rig.Server.SplicedBytes >= 10);
    }

    [Fact]
    public async Task Splice_MoreConnectionsThanPipes_TheOthersAreCopied()
    {
        using var rig = new RelayRig(new SkippingObservers(() => Run), pipes: 1);
        byte[] bytes = RandomBytes(3_000_000, 4);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            (Socket client, Socket broker) = Pair(rig);
            Task<byte[]> received = Task.Run(broker.ReceiveToEnd);
            client.SendAll(bytes);
            client.Shutdown(SocketShutdown.Send);
            Assert.True(received.Wait(RelayRig.Deadline));
            Assert.Equal(bytes, received.Result);
        })));
        Assert.True(rig.Server.SplicedBytes > 0);
    }

    [Fact]
    public void Splice_BusyConnection_DoesNotStarveAnother()
    {
        using var rig = new RelayRig(new SkippingObservers(() => int.MaxValue));
        (Socket busyClient, Socket busyBroker) = rig.Pair();
        (Socket client, Socket broker) = rig.Pair();
        using var stop = new CancellationTokenSource();
        var pour = new Thread(() =>
        {
            var chunk = new byte[1024 * 1024];
            while (!stop.IsCancellationRequested)
            {
                busyClient.SendAll(chunk);
            }

            busyClient.Shutdown(SocketShutdown.Send);
        });
        var swallow = new Thread(() =>
        {
            var buffer = new byte[1024 * 1024];
            while (busyBroker.Receive(buffer) > 0)
            {
                continue;
            }
        });
        pour.Start();
        swallow.Start();
        for (int i = 0; i < 200 || rig.Server.SplicedBytes < Run; i++)
        {
            client.SendAll("ping"u8);
            Assert.Equal("ping"u8, broker.ReceiveExactly(4));
        }

        stop.Cancel();
        pour.Join();
        swallow.Join();
    }

    private static (Socket Client, Socket Broker) Pair(RelayRig rig)
    {
        lock (rig)
        {
            return rig.Pair();
        }
    }

    private static ApiTotals Totals(TrafficMetrics traffic) =>
        traffic.Snapshot().Apis.FirstOrDefault(api => api is { Responses: > 0 }) ?? new ApiTotals();

    private static (long Records, long Bytes) Topic(MetricsSnapshot snapshot, string name)
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        MetricsExposition.Write(snapshot, SidecarIdentity.Create(null, null, null), new PrometheusText(output, MetricsFormat.Prometheus));
        string[] lines = System.Text.Encoding.UTF8.GetString(output.WrittenSpan).Split('\n');
        long Sample(string metric) => long.Parse(
            lines.Single(line => line.StartsWith($"{metric}{{direction=\"outbound\",api=\"Fetch\",topic=\"{name}\"}} ", StringComparison.Ordinal)).Split(' ')[^1],
            System.Globalization.CultureInfo.InvariantCulture);
        return (Sample("kafkamesh_topic_records_total"), Sample("kafkamesh_topic_bytes_total"));
    }

    private static byte[] RandomBytes(int length, int seed)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
