using System.Net;
using KafkaMesh.Proxy.Metrics;
using KafkaMesh.Proxy.Tests.Support;
using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Tests.Metrics;

/// <summary>Produce 13 names topics by id only (KIP-516): the names come from other responses, of other connections on other loops.</summary>
public class TopicIdTests
{
    private static readonly byte[] s_id = [.. Enumerable.Range(1, 16).Select(i => (byte)i)];

    [Theory]
    [InlineData(3, 12)]
    [InlineData(19, 7)]
    public void Produce_TopicId_HasTheNameThatAnotherConnectionSaw(short api, short version)
    {
        var metrics = new TrafficMetrics(2, new SeriesLimits(), SidecarIdentity.Create(), TimeProvider.System);
        Produce(metrics.Create(Connection(1, loop: 1)));
        var admin = metrics.Create(Connection(2, loop: 0));
        admin.OnBytes(RelayFlow.Request, Wire.Request(api, version, 1, "admin", api == 3 ? [0, 0, 0, 0] : [1, .. Wire.Int32(1000), 0, 0], flexible: true), 0, 0);
        admin.OnBytes(RelayFlow.Response, Wire.Response(1, api == 3 ? MetadataResponse() : CreateTopicsResponse(), flexible: true), 0, 0);
        Produce(metrics.Create(Connection(3, loop: 1)));

        var series = new List<(string Topic, long Records)>();
        TopicSeries.ForEach(metrics.Snapshot(), (_, _, topic, records, _) => series.Add((topic.Name, records)));
        Assert.Equal([("AQIDBAUGBwgJCgsMDQ4PEA", 2), ("orders", 2)], series);
        Assert.Equal(1500, metrics.Snapshot().Api(RelayDirection.Outbound, api)!.ThrottleMilliseconds);
    }

    private static void Produce(IRelayObserver connection)
    {
        var batch = Wire.Batch(2, 10);
        byte[] body = [0, .. Wire.Int16(1), .. Wire.Int32(1000), 2, .. s_id, 2, .. Wire.Int32(0), (byte)(batch.Length + 1), .. batch, 0, 0, 0];
        connection.OnBytes(RelayFlow.Request, Wire.Request(0, 13, 1, "c", body, flexible: true), 0, 0);
    }

    private static byte[] MetadataResponse() =>
    [
        .. Wire.Int32(1500), 1, 0, .. Wire.Int32(1), 2, .. Wire.Int16(0), 7, .. "orders"u8, .. s_id, 0, 1, .. Wire.Int32(0), 0, 0,
    ];

    private static byte[] CreateTopicsResponse() =>
    [
        .. Wire.Int32(1500), 2, 7, .. "orders"u8, .. s_id, .. Wire.Int16(0), 0, .. Wire.Int32(1), .. Wire.Int16(1), 0, 0, 0,
    ];

    private static RelayConnection Connection(long id, int loop) =>
        new(id, RelayDirection.Outbound, new IPEndPoint(IPAddress.Loopback, 40000), new IPEndPoint(IPAddress.Loopback, 9092), loop, 0);
}
