namespace KafkaMesh.Operator.Dashboard.Http;

/// <summary>Bounds how many streams are open at a time.</summary>
/// <param name="most">How many.</param>
/// <param name="what">What they are, for the sentence to one too many.</param>
internal sealed class StreamSlots(int most, string what)
{
    private int _open;

    /// <summary>How many are open.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>Takes a place until it is disposed of.</summary>
    /// <exception cref="ProblemException">None is free.</exception>
    public IDisposable Take()
    {
        if (Interlocked.Increment(ref _open) <= most)
            return new Place(this);
        Interlocked.Decrement(ref _open);
        throw new ProblemException(429, $"{most} {what} are open in this operator, which is the most; close one and try again");
    }

    private sealed class Place(StreamSlots slots) : IDisposable
    {
        private int _isDisposed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
                Interlocked.Decrement(ref slots._open);
        }
    }
}
