using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace KafkaMesh.Codec;

/// <summary>Reads the fixed part of a record batch, or of a message of the formats before it.</summary>
/// <remarks>
/// <code>
/// magic 2:   base offset i64 | length i32 | leader epoch i32 | magic i8 | crc u32 | attributes i16 | … | 57: count i32 | records
/// magic 0/1: offset i64      | size i32   | crc u32          | magic i8 | attributes i8 | …
/// </code>
/// The length counts from byte 12 (https://kafka.apache.org/documentation/#recordbatch).
/// </remarks>
internal static class RecordBatchHeader
{
    private const int Prefix = 12;
    private const int LengthAt = 8;
    private const int MagicAt = 16;
    private const int OldAttributesAt = 17;
    private const int OldHeader = 18;
    private const int AttributesAt = 21;
    private const int CountAt = 57;
    private const int Header = 61;
    private const int MinOldLength = 14;
    private const int CurrentMagic = 2;

    /// <summary>What stands at the start of the bytes.</summary>
    public enum Found : byte
    {
        NeedMoreData,
        Batch,
        Partial,
        Corrupt,
    }

    /// <summary>Whether the bytes begin with the header of a batch of magic 2 that its field holds whole, as nearly all do.</summary>
    /// <param name="span">Starts at the batch.</param>
    /// <param name="fieldLeft">Bytes from there to the end of the records field, which may lie behind the span.</param>
    /// <param name="size">Bytes of the batch with its prefix; of no use when the answer is no.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsCurrent(scoped ReadOnlySpan<byte> span, int fieldLeft, out int size)
    {
        size = 0;
        if (fieldLeft < Header || span.Length < Header || span[MagicAt] != CurrentMagic) return false;
        size = unchecked(Prefix + BinaryPrimitives.ReadInt32BigEndian(span[LengthAt..Header]));
        return size >= Header && size <= fieldLeft;
    }

    /// <summary>Reads the header of a batch of magic 2.</summary>
    /// <param name="span">Starts at the batch; 61 bytes at least.</param>
    /// <param name="size">Bytes of the batch with its prefix.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RecordBatchSummary ReadCurrent(scoped ReadOnlySpan<byte> span, int size)
    {
        var header = span[..Header];
        return new RecordBatchSummary(
            BinaryPrimitives.ReadInt64BigEndian(header),
            size,
            Math.Max(0, BinaryPrimitives.ReadInt32BigEndian(header[CountAt..])),
            CurrentMagic,
            BinaryPrimitives.ReadInt16BigEndian(header[AttributesAt..]));
    }

    /// <summary>Reads one header; needs 61 bytes at most.</summary>
    /// <param name="span">Starts at the batch.</param>
    /// <param name="fieldLeft">Bytes from there to the end of the records field; above zero.</param>
    /// <param name="batch">What was found.</param>
    public static Found TryRead(scoped ReadOnlySpan<byte> span, int fieldLeft, out RecordBatchSummary batch)
    {
        batch = default;
        if (fieldLeft < OldHeader) return Found.Partial;
        if (span.Length < OldHeader) return Found.NeedMoreData;

        var length = BinaryPrimitives.ReadInt32BigEndian(span[LengthAt..]);
        var magic = span[MagicAt];
        if (length < (magic == CurrentMagic ? Header - Prefix : MinOldLength) || magic > CurrentMagic) return Found.Corrupt;
        if (length > fieldLeft - Prefix) return Found.Partial;

        if (magic < CurrentMagic)
        {
            batch = new RecordBatchSummary(BinaryPrimitives.ReadInt64BigEndian(span), Prefix + length, 1, magic, span[OldAttributesAt]);
            return Found.Batch;
        }

        if (span.Length < Header) return Found.NeedMoreData;
        batch = ReadCurrent(span, Prefix + length);
        return Found.Batch;
    }
}
