using System.Runtime.CompilerServices;

namespace KafkaMesh.Codec;

/// <content>What the written-out programs share. All of it is checked C#: one slice checks the bounds of a run of fields.</content>
public partial struct BodyReader
{
    /// <summary>Highest length that a compact length says in one byte.</summary>
    private const int MaxOneByteLength = 126;

    /// <summary>What a written-out program answers when the interpreter has nothing to do in this piece.</summary>
    private const int Finished = -1;

    /// <summary>Reads a compact length of up to three bytes; see <see cref="ReadCompactLength"/>.</summary>
    /// <returns>Bytes of it; 0 when it is longer or the piece ends within it.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int ReadShortLength(scoped ReadOnlySpan<byte> rest, out int length)
    {
        length = 0;
        if (rest.IsEmpty) return 0;
        int first = rest[0];
        length = first - 1;
        if (first < 0x80) return 1;
        if (rest.Length < 3) return 0;
        int second = rest[1];
        length = (first & 0x7f) + (second << 7) - 1;
        if (second < 0x80) return 2;
        int third = rest[2];
        length = (first & 0x7f) + ((second & 0x7f) << 7) + (third << 14) - 1;
        return third < 0x80 ? 3 : 0;
    }

    /// <summary>The body is complete.</summary>
    /// <param name="left">Bytes of the frame behind it.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Finish(int left)
    {
        TrailingBytes = left;
        End(DecodeStatus.Done);
        return Finished;
    }

    /// <summary>
    /// The body does not end as <see cref="_closing"/> says, or nobody will look: sets what was not kept of its arrays, each of which
    /// is at its last element. Does nothing when it is not at such an end.
    /// </summary>
    /// <returns>False.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool Reopen()
    {
        if (_closing == 0) return false;
        for (var depth = 0; depth < _depth; depth++) _arrays[depth].ElementsLeft = 1;
        _closing = 0;
        return false;
    }
}
