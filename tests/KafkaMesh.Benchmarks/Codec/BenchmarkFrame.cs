using KafkaMesh.Codec.Tests.Generation;

namespace KafkaMesh.Benchmarks.Codec;

/// <summary>The bodies that are measured, each with all that a decoder must be told.</summary>
/// <param name="Name">As the table prints it.</param>
/// <param name="ApiKey">API key.</param>
/// <param name="Version">Version.</param>
/// <param name="Kind">Request or response.</param>
/// <param name="Body">The bytes behind the header.</param>
internal sealed record BenchmarkFrame(string Name, short ApiKey, short Version, MessageKind Kind, byte[] Body)
{
    private const int BatchHeader = 61;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<BenchmarkFrame> All { get; } =
    [
        new("Heartbeat response 4", 12, 4, MessageKind.Response, new WireWriter().Int32(0).Int16(0).Int8(0).ToArray()),
        new("Fetch response 12, empty", 1, 12, MessageKind.Response, FetchResponse12(partitions: 1, batchSize: 0)),
        new("Fetch response 12, one 16 KiB batch", 1, 12, MessageKind.Response, FetchResponse12(partitions: 1, batchSize: 16 * 1024)),
        new("Fetch response 12, 1000 x 1 KiB", 1, 12, MessageKind.Response, FetchResponse12(partitions: 1000, batchSize: 1024)),
        new("Produce request 9, 1 KiB", 0, 9, MessageKind.Request, ProduceRequest9(batchSize: 1024)),
        new("Metadata response 12, 100 x 10", 3, 12, MessageKind.Response, MetadataResponse12(topics: 100, partitions: 10)),
        new("ApiVersions response 3, 60 keys", 18, 3, MessageKind.Response, ApiVersionsResponse3(keys: 60)),
    ];

    public override string ToString() => Name;

    private static byte[] FetchResponse12(int partitions, int batchSize)
    {
        var wire = new WireWriter().Int32(0).Int16(0).Int32(4711).Varint(2).CompactString("orders").Varint((uint)partitions + 1);
        for (var index = 0; index < partitions; index++)
        {
            wire.Int32(index).Int16(0).Int64(1000 + index).Int64(1000 + index).Int64(0).Varint(0).Int32(-1).Varint((uint)batchSize + 1);
            if (batchSize > 0) wire.Batch(index, 0, 10, new byte[batchSize - BatchHeader]);
            wire.Int8(0);
        }

        return wire.Int8(0).Int8(0).ToArray();
    }

    private static byte[] ProduceRequest9(int batchSize) => new WireWriter().Varint(0).Int16(-1).Int32(30_000).Varint(2)
        .CompactString("orders").Varint(2).Int32(3).Varint((uint)batchSize + 1).Batch(0, 0, 10, new byte[batchSize - BatchHeader])
        .Int8(0).Int8(0).Int8(0).ToArray();

    private static byte[] MetadataResponse12(int topics, int partitions)
    {
        var wire = new WireWriter().Int32(0).Varint(4);
        for (var broker = 0; broker < 3; broker++) wire.Int32(broker).CompactString("broker-" + broker).Int32(9092).Varint(0).Int8(0);
        wire.CompactString("cluster").Int32(1).Varint((uint)topics + 1);
        for (var topic = 0; topic < topics; topic++)
        {
            wire.Int16(0).CompactString($"topic-{topic:d3}").Int64(1).Int64(topic + 1).Int8(0).Varint((uint)partitions + 1);
            for (var index = 0; index < partitions; index++)
            {
                wire.Int16(0).Int32(index).Int32(index % 3).Int32(5);
                wire.Varint(4).Int32(0).Int32(1).Int32(2).Varint(4).Int32(0).Int32(1).Int32(2).Varint(1).Int8(0);
            }

            wire.Int32(0).Int8(0);
        }

        return wire.Int8(0).ToArray();
    }

    private static byte[] ApiVersionsResponse3(int keys)
    {
        var wire = new WireWriter().Int16(0).Varint((uint)keys + 1);
        for (var key = 0; key < keys; key++) wire.Int16(key).Int16(0).Int16(key % 12).Int8(0);
        return wire.Int32(0).Int8(0).ToArray();
    }
}
