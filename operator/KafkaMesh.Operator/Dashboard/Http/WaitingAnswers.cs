namespace KafkaMesh.Operator.Dashboard.Http;

/// <summary>Counts the bytes of answers that wait for their readers, and refuses more than there is memory for.</summary>
/// <param name="limit">Bytes at a time.</param>
internal sealed class WaitingAnswers(long limit)
{
    private long _bytes;

    /// <summary>Bytes now.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>An answer begins to wait.</summary>
    /// <param name="size">Its bytes, from 0 on.</param>
    /// <exception cref="ProblemException">There would be too many; nothing was added. An answer that is alone is never refused.</exception>
    public void Add(int size)
    {
        if (Interlocked.Add(ref _bytes, size) is var total && total <= limit || total == size)
            return;
        Remove(size);
        throw new ProblemException(503, "too many large answers wait for slow readers; ask again in a few seconds, or for less");
    }

    /// <summary>An answer was taken, or its reader went.</summary>
    public void Remove(int size) => Interlocked.Add(ref _bytes, -size);
}
