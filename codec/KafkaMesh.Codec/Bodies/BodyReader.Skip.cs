namespace KafkaMesh.Codec;

/// <content>Bytes that nobody has to look at: what a relay may pass on without reading it.</content>
public partial struct BodyReader
{
    /// <summary>How many of the next bytes are skipped whatever they are: the rest of a record batch, of an unknown tag, of a bytes field.</summary>
    public readonly int PendingSkip => _end == DecodeStatus.NeedMoreData ? _skip : 0;

    /// <summary>Moves over bytes without seeing them, as if they had been read.</summary>
    /// <param name="count">At most <see cref="PendingSkip"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">Some of them would have to be looked at.</exception>
    public void SkipUnseen(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, PendingSkip);
        _skip -= count;
        _left -= count;
        if (_skip == 0) Reopen();
    }
}
