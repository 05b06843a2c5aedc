using System.Runtime.InteropServices;

namespace KafkaMesh.Codec;

/// <summary>
/// Skips the tagged fields of a header byte by byte, wherever the pieces are cut: count, then (tag, size, bytes) each, all
/// unsigned varints (KIP-482).
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal struct TagSection
{
    private Expecting _next;
    private uint _value;
    private int _shift;
    private uint _tagsLeft;
    private int _skip;

    /// <summary>Why <see cref="Read"/> failed.</summary>
    public DecodeError Error { readonly get; private set; }

    public static TagSection Start() => default;

    /// <summary>Takes bytes of the section; <paramref name="left"/> is what the frame still holds.</summary>
    public DecodeStatus Read(ref ReadOnlySpan<byte> input, ref int left)
    {
        while (true)
        {
            if (_skip > 0)
            {
                var take = Math.Min(_skip, input.Length);
                input = input[take..];
                left -= take;
                _skip -= take;
                if (_skip > 0) return DecodeStatus.NeedMoreData;
            }

            if (_next != Expecting.Count && _tagsLeft == 0) return DecodeStatus.Done;
            var status = ReadVarint(ref input, ref left);
            if (status != DecodeStatus.Done) return status;
            if (!Accept(left)) return DecodeStatus.Failed;
        }
    }

    private DecodeStatus ReadVarint(ref ReadOnlySpan<byte> input, ref int left)
    {
        while (true)
        {
            if (left == 0) return Fail(DecodeError.Truncated);
            if (input.IsEmpty) return DecodeStatus.NeedMoreData;
            var next = input[0];
            input = input[1..];
            left--;
            _value |= (uint)(next & 0x7f) << _shift;
            _shift += 7;
            if ((next & 0x80) == 0) return DecodeStatus.Done;
            if (_shift >= Varint.MaxBytes * 7) return Fail(DecodeError.MalformedVarint);
        }
    }

    private bool Accept(int left)
    {
        var value = _value;
        _value = 0;
        _shift = 0;
        switch (_next)
        {
            case Expecting.Count:
                if (value > (uint)left / Varint.MinTagBytes) return Fail(DecodeError.TagCountBeyondFrame) == DecodeStatus.Done;
                _tagsLeft = value;
                _next = Expecting.Tag;
                return true;

            case Expecting.Tag:
                _next = Expecting.Size;
                return true;

            default:
                if (value > (uint)left) return Fail(DecodeError.LengthBeyondFrame) == DecodeStatus.Done;
                _skip = (int)value;
                _tagsLeft--;
                _next = Expecting.Tag;
                return true;
        }
    }

    private DecodeStatus Fail(DecodeError error)
    {
        Error = error;
        return DecodeStatus.Failed;
    }

    private enum Expecting : byte
    {
        Count,
        Tag,
        Size,
    }
}
