using System.Numerics;

namespace KafkaMesh.Codec;

/// <summary>The two checksums of records: CRC-32C (Castagnoli, magic 2) and CRC-32 (IEEE 802.3, magic 0 and 1).</summary>
internal static class Crc32
{
    private const uint Ieee = 0xEDB88320;

    private static readonly uint[] IeeeTable = MakeTable(Ieee);

    /// <summary>CRC-32C; runs on the processor's own instruction where it has one.</summary>
    public static uint Castagnoli(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var next in bytes) crc = BitOperations.Crc32C(crc, next);
        return ~crc;
    }

    /// <summary>CRC-32 as gzip has it.</summary>
    public static uint OfIeee(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var next in bytes) crc = IeeeTable[(byte)(crc ^ next)] ^ (crc >> 8);
        return ~crc;
    }

    private static uint[] MakeTable(uint polynomial)
    {
        var table = new uint[256];
        for (var i = 0u; i < table.Length; i++)
        {
            var crc = i;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? (crc >> 1) ^ polynomial : crc >> 1;
            table[i] = crc;
        }

        return table;
    }
}
