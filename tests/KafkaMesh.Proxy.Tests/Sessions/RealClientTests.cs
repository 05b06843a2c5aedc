using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Runtime.InteropServices;
using System.Text.Json;
using KafkaMesh.Proxy.Configuration;
using KafkaMesh.Proxy.Detection;
using KafkaMesh.Proxy.Metrics;
using KafkaMesh.Proxy.Tests.Support;
using KafkaMesh.Proxy.Transport;
using Serilog;

namespace KafkaMesh.Proxy.Tests.Sessions;

/// <summary>librdkafka's producer against librdkafka's mock cluster through the relay: our figures against the client's own.</summary>
public class RealClientTests
{
    private const int Messages = 20_000;
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(30);

    [Fact]
    public void Produce_ThroughTheRelay_CountsWhatTheClientCounts()
    {
        Assert.SkipUnless(Rdkafka.IsInstalled(), "librdkafka is not installed: apt-get install librdkafka1.");
        var host = Rdkafka.Producer(Rdkafka.Configure(("client.id", "host"), ("log_level", "0")));
        var cluster = Rdkafka.NewMockCluster(host, 1);
        var broker = IPEndPoint.Parse(Marshal.PtrToStringUTF8(Rdkafka.Bootstraps(cluster))!);
        var metrics = new TrafficMetrics(1, new SeriesLimits(), SidecarIdentity.Create(), TimeProvider.System);
        using (var server = Relay(broker, metrics))
        {
            var statistics = Run(broker, server.LocalAddresses[0]);
            AssertEqual(statistics, metrics.Snapshot());
        }

        Rdkafka.DestroyMockCluster(cluster);
        Rdkafka.Destroy(host);
    }

    private static RelayServer Relay(IPEndPoint broker, TrafficMetrics metrics)
    {
        var target = new ForwardTarget(new HostAndPort(broker.Address.ToString(), broker.Port), TimeProvider.System, Log.Logger);
        var listener = new ListenerSettings("test", new IPEndPoint(IPAddress.Loopback, 0), RelayDirection.Outbound, target);
        var server = new RelayServer(new RelayServerSettings { Listeners = [listener], Loops = 1, MaxConnections = 100 }, metrics, Log.Logger);
        server.Start();
        return server;
    }

    /// <summary>Produces, waits until the client is idle, and returns its statistics.</summary>
    private static JsonElement Run(IPEndPoint broker, IPEndPoint relay)
    {
        var latest = default(JsonElement);
        var reports = 0;
        Rdkafka.ConnectCallback connect = (socket, address, length, _, _) => Connect(socket, address, length, broker, relay);
        Rdkafka.StatisticsCallback statistics = (_, json, length, _) =>
        {
            latest = JsonDocument.Parse(Marshal.PtrToStringUTF8(json, (int)length)).RootElement;
            reports++;
            return 0;
        };
        var configuration = Rdkafka.Configure(
            ("bootstrap.servers", broker.ToString()), ("client.id", "producer"), ("broker.address.family", "v4"),
            ("linger.ms", "2"), ("batch.num.messages", "500"), ("statistics.interval.ms", "200"));
        Rdkafka.SetConnectCallback(configuration, connect);
        Rdkafka.SetStatisticsCallback(configuration, statistics);
        var client = Rdkafka.Producer(configuration);
        var topic = Rdkafka.NewTopic(client, "orders", IntPtr.Zero);
        var payload = new byte[100];
        for (var i = 0; i < Messages; i++)
            Assert.Equal(0, Rdkafka.Produce(topic, 0, 2, payload, (nuint)payload.Length, IntPtr.Zero, 0, IntPtr.Zero));
        Assert.Equal(0, Rdkafka.Flush(client, (int)s_deadline.TotalMilliseconds));

        // Every message is acknowledged; a report that begins after that is complete, the one after the next surely.
        var enough = reports + 2;
        var waiting = Stopwatch.StartNew();
        while (reports < enough && waiting.Elapsed < s_deadline)
            _ = Rdkafka.Poll(client, 100);
        Assert.True(reports >= enough, "the client told no statistics");
        Rdkafka.DestroyTopic(topic);
        Rdkafka.Destroy(client);
        GC.KeepAlive(connect);
        GC.KeepAlive(statistics);
        return latest;
    }

    /// <summary>Connects to the relay where the client wants the broker: the advertised address would lead around it.</summary>
    private static int Connect(int socket, IntPtr address, int length, IPEndPoint broker, IPEndPoint relay)
    {
        var bytes = new byte[length];
        Marshal.Copy(address, bytes, 0, length);
        if (BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(2)) == broker.Port)
            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2), (ushort)relay.Port);
        if (Rdkafka.Connect(socket, bytes, length) == 0)
            return 0;
        var error = Marshal.GetLastPInvokeError();

        // The library takes no "in progress" from a callback, so the socket is waited for here.
        const int inProgress = 115;
        if (error != inProgress)
            return error;
        var waiting = new Rdkafka.PollDescriptor { Socket = socket, Events = Rdkafka.PollDescriptor.Writable };
        return Rdkafka.Wait(ref waiting, 1, (int)s_deadline.TotalMilliseconds) == 1 ? 0 : error;
    }

    private static void AssertEqual(JsonElement statistics, MetricsSnapshot snapshot)
    {
        var brokers = statistics.GetProperty("brokers").EnumerateObject().Select(entry => entry.Value).ToList();
        var apis = snapshot.Apis.Where(totals => totals is not null).Select(totals => totals!).ToList();
        long Sum(string name) => brokers.Sum(entry => entry.GetProperty(name).GetInt64());
        long Requests(string name) => brokers.Sum(entry => entry.GetProperty("req").TryGetProperty(name, out var count) ? count.GetInt64() : 0);

        Assert.Equal(Sum("tx"), apis.Sum(totals => totals.Requests));
        Assert.Equal(Sum("txbytes"), apis.Sum(totals => totals.RequestBytes + (4 * totals.Requests)));
        Assert.Equal(Sum("rx"), apis.Sum(totals => totals.Responses));
        Assert.Equal(Sum("rxbytes"), apis.Sum(totals => totals.ResponseBytes + (4 * totals.Responses)));
        Assert.Equal(Requests("Produce"), snapshot.Api(RelayDirection.Outbound, 0)!.Requests);
        Assert.Equal(Requests("Metadata"), snapshot.Api(RelayDirection.Outbound, 3)!.Requests);
        Assert.Equal(Requests("ApiVersion"), snapshot.Api(RelayDirection.Outbound, 18)!.Requests);
        Assert.InRange(Requests("Produce"), Messages / 500, Messages);
        var series = new List<(string Api, string Topic, long Records)>();
        TopicSeries.ForEach(snapshot, (_, api, topic, records, _) => series.Add((api.ToString(), topic.Name, records)));
        Assert.Equal([("Produce", "orders", Messages)], series);
        Assert.Equal(0, snapshot.Failures[(int)DecodeFailureReason.MalformedBody]);
        Assert.True(snapshot.Connections[(int)ConnectionProtocol.Kafka] > 0);
    }
}
