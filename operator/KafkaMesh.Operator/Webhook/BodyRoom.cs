namespace KafkaMesh.Operator.Webhook;

/// <summary>
/// The memory that the bodies of all requests have together beyond their first chunk, as anybody who reaches the Service may send them. Who finds
/// none waits in turn.
/// </summary>
/// <param name="bytes">How much, a multiple of <see cref="ChunkBytes"/>.</param>
internal sealed class BodyRoom(int bytes) : IDisposable
{
    /// <summary>
    /// Bodies grow by so much. The first chunk is not counted, so that reviews of most pods pass without a lock while others hold all the room:
    /// the connections of the server (1,050) bound these to 17 MiB.
    /// </summary>
    public const int ChunkBytes = 16 * 1024;

    /// <summary>
    /// The room of an operator: five of the largest reviews. Of its container's 512 MiB a replica has 81, and the leader of 10,000 sidecars 260; when as many
    /// connections as there may be send reviews that do not end, it is 230 more. Most of that is TLS.
    /// </summary>
    public const int OperatorBytes = 16 * 1024 * 1024;

    private readonly SemaphoreSlim _chunks = new(bytes / ChunkBytes);

    /// <summary>What is left, in bytes.</summary>
    public int FreeBytes => _chunks.CurrentCount * ChunkBytes;

    /// <summary>Takes one chunk, as soon as there is one. What others hold comes back at their deadline at the latest.</summary>
    /// <exception cref="OperationCanceledException">There was none in time; nothing was taken.</exception>
    public Task TakeAsync(CancellationToken cancellationToken) => _chunks.WaitAsync(cancellationToken);

    /// <summary>Gives back what was taken.</summary>
    /// <param name="chunks">How many chunks, at least 1.</param>
    public void GiveBack(int chunks) => _chunks.Release(chunks);

    /// <inheritdoc/>
    public void Dispose() => _chunks.Dispose();
}
