using KafkaMesh.Proxy.Metrics;

namespace KafkaMesh.Proxy.Otlp;

/// <summary>Reads an ExportMetricsServiceResponse: how many points the receiver did not take, and why. What cannot be read says nothing.</summary>
internal static class PartialSuccess
{
    private const int MaxMessageBytes = 200;
    private const int PartialSuccessField = 1;
    private const int RejectedField = 1;
    private const int MessageField = 2;
    private const int LengthType = 2;
    private const int VarintType = 0;

    /// <summary>Reads it.</summary>
    public static OtlpAnswer Read(ReadOnlyMemory<byte> answer)
    {
        var bytes = answer.Span;
        while (TryField(ref bytes, out var field, out var type, out _, out var content))
        {
            if (field == PartialSuccessField && type == LengthType)
                return ReadDetails(content);
        }

        return default;
    }

    private static OtlpAnswer ReadDetails(ReadOnlySpan<byte> bytes)
    {
        var (rejected, message) = (0L, "");
        while (TryField(ref bytes, out var field, out var type, out var value, out var content))
        {
            if (field == RejectedField && type == VarintType)
                rejected = Math.Max(0, (long)value);
            else if (field == MessageField && type == LengthType)
                message = NameText.FromUtf8(content[..Math.Min(content.Length, MaxMessageBytes)]);
        }

        return new OtlpAnswer(Rejected: rejected, Message: message);
    }

    private static bool TryField(ref ReadOnlySpan<byte> bytes, out int field, out int type, out ulong value, out ReadOnlySpan<byte> content)
    {
        content = default;
        value = 0;
        var isTag = TryVarint(ref bytes, out var tag);
        (field, type) = ((int)(tag >> 3), (int)(tag & 7));
        return isTag && type switch
        {
            VarintType => TryVarint(ref bytes, out value),
            LengthType => TryVarint(ref bytes, out var length) && TryTake(ref bytes, length, out content),
            1 => TryTake(ref bytes, sizeof(ulong), out content),
            5 => TryTake(ref bytes, sizeof(uint), out content),
            _ => false,
        };
    }

    private static bool TryTake(ref ReadOnlySpan<byte> bytes, ulong length, out ReadOnlySpan<byte> content)
    {
        content = default;
        if (length > (ulong)bytes.Length)
            return false;
        content = bytes[..(int)length];
        bytes = bytes[(int)length..];
        return true;
    }

    private static bool TryVarint(ref ReadOnlySpan<byte> bytes, out ulong value)
    {
        value = 0;
        for (var i = 0; i < bytes.Length && i < 10; i++)
        {
            value |= (ulong)(bytes[i] & 0x7F) << (7 * i);
            if (bytes[i] >= 0x80)
                continue;
            bytes = bytes[(i + 1)..];
            return true;
        }

        return false;
    }
}
