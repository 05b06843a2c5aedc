using System.Buffers.Binary;
using System.Text;

namespace KafkaMesh.Fuzz;

/// <summary>Changes inputs as Kafka's bytes can be wrong: flips, lengths and counts at their limits, varints, parts lost, doubled or exchanged.</summary>
internal sealed class Mutator(Random random, IReadOnlyList<string> tokens)
{
    private static readonly long[] Limits =
        [0, 1, -1, -2, 2, 4, 8, 127, 128, 255, 256, 16_384, short.MaxValue, short.MinValue, ushort.MaxValue, 65_536, 1 << 20, 104_857_600, 104_857_601, int.MaxValue, int.MinValue, long.MaxValue, long.MinValue];

    private readonly byte[][] _tokens = [.. tokens.Select(Encoding.UTF8.GetBytes)];

    /// <summary>Makes a changed copy.</summary>
    /// <param name="input">Is not changed.</param>
    /// <param name="other">Parts may come from here.</param>
    /// <param name="maxLength">Of the copy.</param>
    public byte[] Mutate(byte[] input, byte[] other, int maxLength)
    {
        var bytes = new List<byte>(input);
        for (var times = 1 << random.Next(4); times > 0; times--)
            MutateOnce(bytes, other);
        if (bytes.Count > maxLength)
            bytes.RemoveRange(maxLength, bytes.Count - maxLength);
        return [.. bytes];
    }

    private void MutateOnce(List<byte> bytes, byte[] other)
    {
        var at = random.Next(bytes.Count + 1);
        var left = bytes.Count - at;
        switch (random.Next(_tokens.Length > 0 ? 12 : 10))
        {
            case 0 when left > 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when left > 0:
                bytes[at] = (byte)random.Next(256);
                break;
            case 2 when left > 0:
                bytes[at] = unchecked((byte)(bytes[at] + random.Next(-2, 3)));
                break;
            case 3:
                Overwrite(bytes, at, Number());
                break;
            case 4:
                bytes.InsertRange(at, Number());
                break;
            case 5 when left > 0:
                bytes.RemoveRange(at, Math.Min(left, 1 << random.Next(7)));
                break;
            case 6 when left > 0:
                bytes.InsertRange(random.Next(bytes.Count), bytes.GetRange(at, Math.Min(left, 1 << random.Next(8))));
                break;
            case 7 when other.Length > 0:
                var from = random.Next(other.Length);
                bytes.InsertRange(at, other[from..Math.Min(other.Length, from + (1 << random.Next(9)))]);
                break;
            case 8 when left > 0:
                bytes.RemoveRange(at, left); // cut
                break;
            case 9:
                Overwrite(bytes, at, Varint());
                break;
            case 10:
                bytes.InsertRange(at, _tokens[random.Next(_tokens.Length)]);
                break;
            case 11:
                Overwrite(bytes, at, _tokens[random.Next(_tokens.Length)]);
                break;
        }
    }

    private byte[] Number()
    {
        var value = Limits[random.Next(Limits.Length)];
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        return bytes[(8 - (1 << random.Next(4)))..];
    }

    private byte[] Varint()
    {
        var bytes = Enumerable.Repeat((byte)0xFF, random.Next(1, 6)).ToArray();
        bytes[^1] = (byte)random.Next(256);
        return bytes;
    }

    private static void Overwrite(List<byte> bytes, int at, byte[] with)
    {
        for (var i = 0; i < with.Length && at + i < bytes.Count; i++)
            bytes[at + i] = with[i];
    }
}
