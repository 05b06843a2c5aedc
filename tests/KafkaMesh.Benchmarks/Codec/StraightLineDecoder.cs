using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace KafkaMesh.Benchmarks.Codec;

/// <summary>
/// The lower bound for safe C#: each frame's decoder written by hand for its one version and for a whole body, making the calls
/// that <see cref="BodyReader"/> makes. Not resumable; what is malformed throws.
/// </summary>
internal static class StraightLineDecoder
{
    /// <summary>Chooses the decoder, as any decoder must.</summary>
    public static void Decode<TSink>(short apiKey, short version, MessageKind kind, ReadOnlySpan<byte> body, ref TSink sink)
        where TSink : struct, IBodySink
    {
        switch (apiKey, version, kind)
        {
            case (0, 9, MessageKind.Request): ProduceRequest9(body, ref sink); break;
            case (1, 12, MessageKind.Response): FetchResponse12(body, ref sink); break;
            case (3, 12, MessageKind.Response): MetadataResponse12(body, ref sink); break;
            case (12, 4, MessageKind.Response): HeartbeatResponse4(body, ref sink); break;
            case (18, 3, MessageKind.Response): ApiVersionsResponse3(body, ref sink); break;
            default: throw new ArgumentException($"No decoder is written for {kind} {apiKey} version {version}.", nameof(apiKey));
        }
    }

    private static void HeartbeatResponse4<TSink>(ReadOnlySpan<byte> body, ref TSink sink)
        where TSink : struct, IBodySink
    {
        sink.OnNumber(FieldSemantic.ThrottleTimeMs, BinaryPrimitives.ReadInt32BigEndian(body));
        sink.OnNumber(FieldSemantic.ErrorCode, BinaryPrimitives.ReadInt16BigEndian(body[4..]));
        SkipTags(body, 6);
    }

    private static void ProduceRequest9<TSink>(ReadOnlySpan<byte> body, ref TSink sink)
        where TSink : struct, IBodySink
    {
        var pos = 0;
        var length = ReadLength(body, ref pos);
        if (length >= 0) sink.OnText(FieldSemantic.TransactionalId, body.Slice(pos, length), length);
        pos += Math.Max(0, length);
        sink.OnNumber(FieldSemantic.Acks, BinaryPrimitives.ReadInt16BigEndian(body[pos..]));
        pos += 6;
        for (var topics = ReadLength(body, ref pos); topics > 0; topics--)
        {
            pos = ReadName(body, pos, ref sink);
            for (var partitions = ReadLength(body, ref pos); partitions > 0; partitions--)
            {
                sink.OnNumber(FieldSemantic.PartitionIndex, BinaryPrimitives.ReadInt32BigEndian(body[pos..]));
                pos = SkipTags(body, ReadRecords(body, pos + 4, ref sink));
                sink.OnScopeEnd(FieldScopes.Partition);
            }

            pos = SkipTags(body, pos);
            sink.OnScopeEnd(FieldScopes.Topic);
        }

        SkipTags(body, pos);
    }

    private static void FetchResponse12<TSink>(ReadOnlySpan<byte> body, ref TSink sink)
        where TSink : struct, IBodySink
    {
        sink.OnNumber(FieldSemantic.ThrottleTimeMs, BinaryPrimitives.ReadInt32BigEndian(body));
        sink.OnNumber(FieldSemantic.ErrorCode, BinaryPrimitives.ReadInt16BigEndian(body[4..]));
        var pos = 10;
        for (var topics = ReadLength(body, ref pos); topics > 0; topics--)
        {
            pos = ReadName(body, pos, ref sink);
            for (var partitions = ReadLength(body, ref pos); partitions > 0; partitions--)
            {
                var fields = body.Slice(pos, 30);
                sink.OnNumber(FieldSemantic.PartitionIndex, BinaryPrimitives.ReadInt32BigEndian(fields));
                sink.OnNumber(FieldSemantic.PartitionErrorCode, BinaryPrimitives.ReadInt16BigEndian(fields[4..]));
                sink.OnNumber(FieldSemantic.HighWatermark, BinaryPrimitives.ReadInt64BigEndian(fields[6..]));
                pos += 30;
                for (var aborted = ReadLength(body, ref pos); aborted > 0; aborted--) pos = SkipTags(body, pos + 16);
                pos = SkipTags(body, ReadRecords(body, pos + 4, ref sink));
                sink.OnScopeEnd(FieldScopes.Partition);
            }

            pos = SkipTags(body, pos);
            sink.OnScopeEnd(FieldScopes.Topic);
        }

        SkipTags(body, pos);
    }

    private static void MetadataResponse12<TSink>(ReadOnlySpan<byte> body, ref TSink sink)
        where TSink : struct, IBodySink
    {
        sink.OnNumber(FieldSemantic.ThrottleTimeMs, BinaryPrimitives.ReadInt32BigEndian(body));
        var pos = 4;
        for (var brokers = ReadLength(body, ref pos); brokers > 0; brokers--)
        {
            pos += 4;
            pos = ReadLength(body, ref pos) + pos + 4;
            pos = SkipTags(body, Math.Max(0, ReadLength(body, ref pos)) + pos);
        }

        pos = Math.Max(0, ReadLength(body, ref pos)) + pos + 4;
        for (var topics = ReadLength(body, ref pos); topics > 0; topics--)
        {
            sink.OnNumber(FieldSemantic.TopicErrorCode, BinaryPrimitives.ReadInt16BigEndian(body[pos..]));
            pos = ReadName(body, pos + 2, ref sink);
            sink.OnTopicId(TopicId.Read(body.Slice(pos, TopicId.SizeInBytes)));
            pos += TopicId.SizeInBytes + 1;
            for (var partitions = ReadLength(body, ref pos); partitions > 0; partitions--)
            {
                var fields = body.Slice(pos, 14);
                sink.OnNumber(FieldSemantic.PartitionErrorCode, BinaryPrimitives.ReadInt16BigEndian(fields));
                sink.OnNumber(FieldSemantic.PartitionIndex, BinaryPrimitives.ReadInt32BigEndian(fields[2..]));
                pos += 14;
                for (var list = 0; list < 3; list++) pos = (ReadLength(body, ref pos) * sizeof(int)) + pos;
                pos = SkipTags(body, pos);
                sink.OnScopeEnd(FieldScopes.Partition);
            }

            pos = SkipTags(body, pos + 4);
            sink.OnScopeEnd(FieldScopes.Topic);
        }

        SkipTags(body, pos);
    }

    private static void ApiVersionsResponse3<TSink>(ReadOnlySpan<byte> body, ref TSink sink)
        where TSink : struct, IBodySink
    {
        sink.OnNumber(FieldSemantic.ErrorCode, BinaryPrimitives.ReadInt16BigEndian(body));
        var pos = 2;
        for (var ranges = ReadLength(body, ref pos); ranges > 0; ranges--)
        {
            var fields = body.Slice(pos, 6);
            sink.OnNumber(FieldSemantic.SupportedApiKey, BinaryPrimitives.ReadInt16BigEndian(fields));
            sink.OnNumber(FieldSemantic.SupportedMinVersion, BinaryPrimitives.ReadInt16BigEndian(fields[2..]));
            sink.OnNumber(FieldSemantic.SupportedMaxVersion, BinaryPrimitives.ReadInt16BigEndian(fields[4..]));
            pos = SkipTags(body, pos + 6);
        }

        sink.OnNumber(FieldSemantic.ThrottleTimeMs, BinaryPrimitives.ReadInt32BigEndian(body[pos..]));
        SkipTags(body, pos + 4);
    }

    private static int ReadName<TSink>(ReadOnlySpan<byte> body, int pos, ref TSink sink)
        where TSink : struct, IBodySink
    {
        var length = ReadLength(body, ref pos);
        sink.OnText(FieldSemantic.TopicName, body.Slice(pos, length), length);
        return pos + length;
    }

    private static int ReadRecords<TSink>(ReadOnlySpan<byte> body, int pos, ref TSink sink)
        where TSink : struct, IBodySink
    {
        var size = Math.Max(0, ReadLength(body, ref pos));
        var end = pos + size;
        while (pos < end)
        {
            var header = body.Slice(pos, 61);
            var batch = new RecordBatchSummary(
                BinaryPrimitives.ReadInt64BigEndian(header),
                12 + BinaryPrimitives.ReadInt32BigEndian(header[8..]),
                BinaryPrimitives.ReadInt32BigEndian(header[57..]),
                header[16],
                BinaryPrimitives.ReadInt16BigEndian(header[21..]));
            sink.OnRecordBatch(batch);
            pos += batch.SizeInBytes;
        }

        sink.OnRecordsEnd(size, RecordsEnd.Complete);
        return end;
    }

    private static int SkipTags(ReadOnlySpan<byte> body, int pos) =>
        body[pos] == 0 ? pos + 1 : throw new InvalidDataException("The benchmark's frames have no tagged fields.");

    /// <summary>A compact length or count: one more than its value, 0 for null, which gives -1. Up to 2 MiB.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int ReadLength(ReadOnlySpan<byte> body, ref int pos)
    {
        int first = body[pos++];
        if (first < 0x80) return first - 1;
        int second = body[pos++];
        if (second < 0x80) return (first & 0x7f) + (second << 7) - 1;
        int third = body[pos++];
        return (first & 0x7f) + ((second & 0x7f) << 7) + (third << 14) - 1;
    }
}
