namespace KafkaMesh.Operator.Dashboard.Http;

/// <summary>
/// Counts the bytes of answers that wait for their readers, and refuses more than there is memory for. An answer that several readers share is one.
/// </summary>
/// <param name="limit">Bytes at a time.</param>
internal sealed class WaitingAnswers(long limit)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<byte[], int> _readers = new(ReferenceEqualityComparer.Instance);
    private long _bytes;

    /// <summary>Bytes now.</summary>
    public long Bytes
    {
        get
        {
            lock (_gate)
                return _bytes;
        }
    }

    /// <summary>An answer waits for a reader until what is returned is disposed of: it was taken, or its reader went.</summary>
    /// <param name="answer">The answer.</param>
    /// <exception cref="ProblemException">There would be too many bytes; nothing was added. An answer that is alone is never refused.</exception>
    public IDisposable Hold(byte[] answer) =>
        TryHold(answer) ?? throw new ProblemException(503, "too many large answers wait for slow readers; ask again in a few seconds, or for less");

    /// <summary>The same; null when there would be too many bytes.</summary>
    public IDisposable? TryHold(byte[] answer)
    {
        lock (_gate)
        {
            var readers = _readers.GetValueOrDefault(answer);
            if (readers == 0 && _bytes > 0 && _bytes + answer.Length > limit)
                return null;
            _readers[answer] = readers + 1;
            if (readers == 0)
                _bytes += answer.Length;
        }
        return new Reader(this, answer);
    }

    private void Release(byte[] answer)
    {
        lock (_gate)
        {
            if (--_readers[answer] > 0)
                return;
            _readers.Remove(answer);
            _bytes -= answer.Length;
        }
    }

    private sealed class Reader(WaitingAnswers waiting, byte[] answer) : IDisposable
    {
        private int _isDisposed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
                waiting.Release(answer);
        }
    }
}
