namespace KafkaMesh.Proxy.Sessions;

/// <summary>Searches a flow, piece by piece, for the begin of a frame; short pieces are put together, as some senders write a frame's size alone.</summary>
internal sealed class FrameSearch
{
    private const int ShortPiece = 64;
    private const int MaxKept = 256;

    private byte[] _kept = [];

    /// <summary>Where a frame begins in bytes; −1 when none does.</summary>
    public delegate int Probe(ReadOnlySpan<byte> bytes);

    /// <summary>Takes the next piece.</summary>
    /// <param name="piece">As it came.</param>
    /// <param name="probe">Finds what is searched for.</param>
    /// <param name="found">From the frame's begin to the piece's end.</param>
    /// <returns>Whether there is one; then the search is over and may begin anew.</returns>
    public bool TryFind(ReadOnlySpan<byte> piece, Probe probe, out ReadOnlySpan<byte> found)
    {
        if (_kept.Length > 0)
        {
            byte[] joined = [.. _kept, .. piece];
            if (TryProbe(joined, probe, out found))
                return true;
            if (joined.Length <= MaxKept && piece.Length < ShortPiece)
            {
                _kept = joined;
                return false;
            }
        }

        if (TryProbe(piece, probe, out found))
            return true;
        _kept = piece.Length < ShortPiece ? piece.ToArray() : [];
        return false;
    }

    /// <summary>Bytes are missing before the next piece.</summary>
    public void Restart() => _kept = [];

    private bool TryProbe(ReadOnlySpan<byte> bytes, Probe probe, out ReadOnlySpan<byte> found)
    {
        var at = probe(bytes);
        found = at < 0 ? default : bytes[at..];
        if (at >= 0)
            _kept = [];
        return at >= 0;
    }
}
