using System.Buffers.Binary;

namespace KafkaMesh.Proxy.Decode;

/// <summary>What a pcapng interface description says about the packets of the interface.</summary>
internal sealed class CaptureInterface
{
    private const ushort EndOfOptions = 0;
    private const ushort TimeResolution = 9;
    private const ushort TimeOffset = 14;
    private const long NanosecondsPerSecond = 1_000_000_000;

    private double _nanosecondsPerTick = 1000;
    private ulong _wholeTicks = 1000; // nanoseconds per tick, or 0 when that is no whole number
    private long _offsetSeconds;

    /// <summary>How packets begin.</summary>
    public LinkType LinkType { get; private init; }

    /// <summary>Reads the body of the block.</summary>
    /// <param name="source">For the byte order.</param>
    /// <param name="body">At least 8 bytes.</param>
    public static CaptureInterface Read(ByteSource source, ReadOnlySpan<byte> body)
    {
        var result = new CaptureInterface { LinkType = (LinkType)source.UInt16(body) };
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
    public long ToNanoseconds(ulong ticks)
    {
        var nanoseconds = _wholeTicks > 0 ? (long)unchecked(ticks * _wholeTicks) : (long)(ticks * _nanosecondsPerTick);
        return unchecked(nanoseconds + (_offsetSeconds * NanosecondsPerSecond));
    }

    private void SetResolution(byte value)
    {
        var exponent = value & 0x7F;
        _nanosecondsPerTick = NanosecondsPerSecond / Math.Pow((value & 0x80) == 0 ? 10 : 2, exponent);
        _wholeTicks = _nanosecondsPerTick >= 1 && Math.Floor(_nanosecondsPerTick) == _nanosecondsPerTick ? (ulong)_nanosecondsPerTick : 0;
    }
}
