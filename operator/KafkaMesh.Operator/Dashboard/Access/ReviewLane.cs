using KafkaMesh.Operator.Dashboard.Http;

namespace KafkaMesh.Operator.Dashboard.Access;

/// <summary>Reviews that go to the API server beside others: so many at a time, so many waiting.</summary>
/// <param name="concurrent">At a time.</param>
/// <param name="most">Waiting and at a time together.</param>
internal sealed class ReviewLane(int concurrent, int most) : IDisposable
{
    private readonly SemaphoreSlim _slots = new(concurrent);
    private int _inside;

    /// <summary>Runs one when its turn comes.</summary>
    /// <exception cref="ProblemException">Too many wait.</exception>
    public async Task<T> RunAsync<T>(Func<Task<T>> review, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _inside) > most)
        {
            Interlocked.Decrement(ref _inside);
            throw new ProblemException(503, "too many tokens are being checked; try again in a moment");
        }
        try
        {
            await _slots.WaitAsync(cancellationToken);
            try
            {
                return await review();
            }
            finally
            {
                _slots.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _inside);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _slots.Dispose();
}
