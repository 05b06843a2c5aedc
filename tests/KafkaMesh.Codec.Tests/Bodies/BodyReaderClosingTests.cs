using KafkaMesh.Codec.Tests.Generation;

namespace KafkaMesh.Codec.Tests.Bodies;

/// <summary>
/// Bodies that pieces cut within the payload of a batch: behind the last one only ends are left, which are read in one step when
/// they are all there and have no tagged fields.
/// </summary>
public sealed class BodyReaderClosingTests
{
    private const int BatchHeader = 61;
    private static readonly Target Fetch12 = new(1, 12, MessageKind.Response);
    private static readonly Target Fetch4 = new(1, 4, MessageKind.Response);
    private static readonly Target Produce9 = new(0, 9, MessageKind.Request);
    private static readonly Target Produce3 = new(0, 3, MessageKind.Request);

    // A tag whose data, all zero, would pass for the empty sections behind it.
    private static readonly byte[] ZeroTag = [1, 7, 6, 0, 0, 0, 0, 0, 0];

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(1, 2)]
    public void Read_CutWithinABatchOfAnyPartition_EqualsWhole(int topics, int partitions)
    {
        AssertEqualsWhole(Fetch12, FlexibleFetch(topics, partitions, [0], [0], [0]));
        AssertEqualsWhole(Produce9, FlexibleProduce(topics, partitions, [0], [0], [0]));
        AssertEqualsWhole(Fetch4, PlainFetch(topics, partitions));
        AssertEqualsWhole(Produce3, PlainProduce(topics, partitions));
    }

    [Fact]
    public void Read_TagsBehindTheLastBatch_EqualsWhole()
    {
        AssertEqualsWhole(Fetch12, FlexibleFetch(1, 1, ZeroTag, [0], [0]));
        AssertEqualsWhole(Fetch12, FlexibleFetch(1, 1, [0], ZeroTag, [0]));
        AssertEqualsWhole(Fetch12, FlexibleFetch(1, 1, [0], [0], ZeroTag));
        AssertEqualsWhole(Produce9, FlexibleProduce(1, 1, ZeroTag, ZeroTag, ZeroTag));

        // What the reader kept of its arrays at the cut before the last one must not come back.
        AssertEqualsWhole(Fetch12, FlexibleFetch(1, 2, [0], ZeroTag, [0]));
    }

    [Fact]
    public void Read_TrailingBytesBehindTheLastBatch_AreCounted()
    {
        byte[] trailing = [0, 0, 1, 0];
        foreach (var (target, body) in new[] { (Fetch12, FlexibleFetch(1, 1, [0], [0], [0])), (Fetch4, PlainFetch(1, 1)) })
        {
            Assert.Equal(trailing.Length, AssertEqualsWhole(target, [.. body, .. trailing]).TrailingBytes);
        }
    }

    [Fact]
    public void Read_EndsMissingBehindTheLastBatch_FailsAsTruncated()
    {
        var body = FlexibleFetch(1, 1, [0], [0], [0]);
        for (var missing = 1; missing <= 3; missing++) Assert.Equal(DecodeError.Truncated, AssertEqualsWhole(Fetch12, body[..^missing]).Error);
    }

    /// <summary>In three pieces however cut, and with the skipped bytes withheld.</summary>
    private static Decoded AssertEqualsWhole(Target target, byte[] body)
    {
        var whole = Decoded.Read(target, body);
        for (var first = 1; first < body.Length; first++)
        {
            for (var second = 0; second < body.Length - first; second++)
            {
                var lengths = new Queue<int>([first, second]);
                Assert.Equal(whole, Decoded.Read(target, body, left => lengths.TryDequeue(out var length) ? length : left));
            }

            var piece = first;
            Assert.Equal(whole, Decoded.ReadUnseen(target, body, () => piece));
        }

        return whole;
    }

    private static byte[] FlexibleFetch(int topics, int partitions, byte[] partitionTags, byte[] topicTags, byte[] tags)
    {
        var wire = new WireWriter().Int32(0).Int16(0).Int32(4711).Varint((uint)topics + 1);
        for (var topic = 0; topic < topics; topic++)
        {
            wire.CompactString("orders").Varint((uint)partitions + 1);
            for (var index = 0; index < partitions; index++)
            {
                wire.Int32(index).Int16(0).Int64(9).Int64(9).Int64(0).Varint(0).Int32(-1).Varint(BatchHeader + 12 + 1);
                wire.Batch(index, 0, 10, new byte[12]).Raw(partitionTags);
            }

            wire.Raw(topicTags);
        }

        return wire.Raw(tags).ToArray();
    }

    private static byte[] FlexibleProduce(int topics, int partitions, byte[] partitionTags, byte[] topicTags, byte[] tags)
    {
        var wire = new WireWriter().Varint(0).Int16(-1).Int32(30_000).Varint((uint)topics + 1);
        for (var topic = 0; topic < topics; topic++)
        {
            wire.CompactString("orders").Varint((uint)partitions + 1);
            for (var index = 0; index < partitions; index++) wire.Int32(index).Varint(BatchHeader + 12 + 1).Batch(index, 0, 10, new byte[12]).Raw(partitionTags);
            wire.Raw(topicTags);
        }

        return wire.Raw(tags).ToArray();
    }

    private static byte[] PlainFetch(int topics, int partitions)
    {
        var wire = new WireWriter().Int32(0).Int32(topics);
        for (var topic = 0; topic < topics; topic++)
        {
            wire.String("orders").Int32(partitions);
            for (var index = 0; index < partitions; index++)
            {
                wire.Int32(index).Int16(0).Int64(9).Int64(9).Int32(-1).Int32(BatchHeader + 12).Batch(index, 0, 10, new byte[12]);
            }
        }

        return wire.ToArray();
    }

    private static byte[] PlainProduce(int topics, int partitions)
    {
        var wire = new WireWriter().Int16(-1).Int16(-1).Int32(30_000).Int32(topics);
        for (var topic = 0; topic < topics; topic++)
        {
            wire.String("orders").Int32(partitions);
            for (var index = 0; index < partitions; index++) wire.Int32(index).Int32(BatchHeader + 12).Batch(index, 0, 10, new byte[12]);
        }

        return wire.ToArray();
    }
}
