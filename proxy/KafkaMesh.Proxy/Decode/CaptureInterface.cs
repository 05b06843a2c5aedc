using System.Buffers.Binary;

namespace KafkaMesh.Proxy.Decode;

/// <summary>What a pcapng interface description says about the packets of the interface.</summary>
internal sealed class CaptureInterface
{
    private const ushort EndOfOptions = 0;
    private const ushort TimeResolution = 9;
    private const ushort TimeOffset = 14;
    private const byte PowerOfTwo = 0x80;
    private const int MaxDecimalExponent = 19;
    private const int MaxBinaryExponent = 63;
    private const long NanosecondsPerSecond = 1_000_000_000;

    private ulong _ticksPerSecond = 1_000_000;
    private long _offsetSeconds;

    /// <summary>How packets begin.</summary>
    public LinkType LinkType { get; private init; }

    /// <summary>Most bytes that were captured of a packet.</summary>
    public uint SnapLength { get; private init; }

    /// <summary>Reads the body of the block.</summary>
    /// <param name="source">For the byte order.</param>
    /// <param name="body">At least 8 bytes.</param>
    public static CaptureInterface Read(ByteSource source, ReadOnlySpan<byte> body)
    {
        var limit = source.UInt32(body[4..]);
        var result = new CaptureInterface { LinkType = (LinkType)source.UInt16(body), SnapLength = limit == 0 ? uint.MaxValue : limit };
        var options = body[8..];
        while (options.Length >= 4)
        {
            var code = source.UInt16(options);
            var length = source.UInt16(options[2..]);
            if (code == EndOfOptions || length > options.Length - 4)
                break;
            var value = options.Slice(4, length);
            if (code == TimeResolution && length >= 1)
                result.SetResolution(value[0]);
            if (code == TimeOffset && length >= 8)
                result._offsetSeconds = source.IsBigEndian ? BinaryPrimitives.ReadInt64BigEndian(value) : BinaryPrimitives.ReadInt64LittleEndian(value);
            options = options[Math.Min(options.Length, 4 + ((length + 3) & ~3))..];
        }

        return result;
    }

    /// <summary>A timestamp of the interface as nanoseconds since 1970 UTC; what lies outside int64 wraps around.</summary>
    public long ToNanoseconds(ulong ticks) => unchecked((long)((UInt128)ticks * NanosecondsPerSecond / _ticksPerSecond) + (_offsetSeconds * NanosecondsPerSecond));

    // Finer than anything that ticks: such a resolution is nonsense, and so are its timestamps.
    private void SetResolution(byte value)
    {
        var exponent = value & ~PowerOfTwo;
        if ((value & PowerOfTwo) != 0)
        {
            _ticksPerSecond = 1UL << Math.Min(exponent, MaxBinaryExponent);
            return;
        }

        _ticksPerSecond = 1;
        for (var i = 0; i < Math.Min(exponent, MaxDecimalExponent); i++)
            _ticksPerSecond *= 10;
    }
}
