using System.Runtime.CompilerServices;

namespace KafkaMesh.Codec;

/// <content>Texts whose meaning a byte before or behind them says.</content>
public partial struct BodyReader
{
    private FieldSemantic _chosen;
    private int _keptLength;

    /// <param name="semantic"><see cref="TextChoice.Chosen"/> or <see cref="TextChoice.Kept"/>.</param>
    /// <param name="utf8">What is kept of the text.</param>
    /// <param name="length">Its full length.</param>
    /// <param name="sink">Told of it when its meaning is known, and is one.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void OnChosenText<TSink>(FieldSemantic semantic, scoped ReadOnlySpan<byte> utf8, int length, ref TSink sink)
        where TSink : struct, IBodySink, allows ref struct
    {
        if (semantic == TextChoice.Chosen)
        {
            if (_chosen != FieldSemantic.None) sink.OnText(_chosen, utf8, length);
            return;
        }

        // The scratch is free: the next unit is one byte, which no piece cuts. The text may lie in it, but not before this place.
        utf8.CopyTo(_scratch);
        _keptLength = length;
    }

    /// <param name="code">Starts at the instruction.</param>
    /// <param name="value">The byte on the wire.</param>
    /// <param name="sink">Told of the text that was kept for it, if there is one.</param>
    /// <returns>Bytes of the instruction.</returns>
    private int Choose<TSink>(ReadOnlySpan<byte> code, byte value, ref TSink sink)
        where TSink : struct, IBodySink, allows ref struct
    {
        _chosen = TextChoice.Find(code, value);
        if ((Opcode)code[0] == Opcode.ChooseKept && _chosen != FieldSemantic.None)
        {
            sink.OnText(_chosen, ((ReadOnlySpan<byte>)_scratch)[..Math.Min(_keptLength, MaxTextBytes)], _keptLength);
        }

        return 2 + (code[1] * TextChoice.SizeInBytes);
    }
}
