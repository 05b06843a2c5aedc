using System.Buffers.Binary;
using System.IO.Compression;
using KafkaMesh.Codec.Tests.Generation;

namespace KafkaMesh.Fuzz.Targets;

/// <summary>The records reader, with checksums put right when the first byte says so: without that few mutations get past them.</summary>
internal sealed class RecordsTarget : IFuzzTarget
{
    private const int Limit = 1 << 18;
    private const int Magic2Header = 61;
    private const int OldHeader = 17;

    public string Name => "records";

    public long AllocationLimit(int length) => (1 << 20) + (300L * (Limit + length));

    public byte[] MakeSeed(Random random)
    {
        var wire = new WireWriter();
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            var records = random.Next(0, 4);
            var content = Compress(random.Next(3) == 0 ? 1 : 0, Enumerable.Range(0, records).SelectMany(_ => Record(random)).ToArray(), out var codec);
            if (random.Next(3) > 0)
                wire.Batch(random.Next(100), codec, records, content);
            else
                wire.Raw(Message(random, random.Next(2)));
        }

        return [1, .. wire.ToArray()];
    }

    public void Run(ReadOnlySpan<byte> input, Transcript transcript)
    {
        if (input.IsEmpty)
            return;
        var field = input[1..];
        if ((input[0] & 1) == 1)
            field = WithChecksums(field.ToArray());
        var error = RecordsReader.Read(field, out var records, Limit);
        transcript.Say((int)error, records.Count);
        foreach (var record in records)
        {
            transcript.Say(1, record.Offset);
            transcript.Say(2, record.Timestamp);
            transcript.Say(3, record.Key);
            transcript.Say(4, record.Value);
            transcript.Say(5, record.Headers.Count);
        }
    }

    private static byte[] Record(Random random)
    {
        var value = new byte[random.Next(20)];
        random.NextBytes(value);
        byte[] content = [0, (byte)random.Next(64), (byte)random.Next(8), 2, (byte)'k', (byte)(value.Length * 2), .. value, 2, 2, (byte)'h', 1];
        return [(byte)(content.Length * 2), .. content];
    }

    private static byte[] Compress(int codec, byte[] plain, out int used)
    {
        used = codec;
        if (codec == 0)
            return plain;
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(plain);
        return output.ToArray();
    }

    private static byte[] Message(Random random, int magic)
    {
        var wire = new WireWriter().Int64(random.Next(100)).Int32(0).Int32(0).Int8(magic).Int8(0);
        if (magic == 1)
            wire.Int64(random.Next());
        var bytes = wire.Int32(-1).Int32(3).Raw(1, 2, 3).ToArray();
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(8), bytes.Length - 12);
        return bytes;
    }

    private static byte[] WithChecksums(byte[] field)
    {
        for (var at = 0; at + OldHeader < field.Length;)
        {
            var size = BinaryPrimitives.ReadInt32BigEndian(field.AsSpan(at + 8));
            if (size < 0 || size > field.Length - at - 12)
                break;
            var batch = field.AsSpan(at, size + 12);
            if (batch.Length >= Magic2Header && batch[16] == 2)
                BinaryPrimitives.WriteUInt32BigEndian(batch[17..], Crc32.Castagnoli(batch[21..]));
            else if (batch.Length >= OldHeader && batch[16] < 2)
                BinaryPrimitives.WriteUInt32BigEndian(batch[12..], Crc32.OfIeee(batch[16..]));
            at += batch.Length;
        }

        return field;
    }
}
