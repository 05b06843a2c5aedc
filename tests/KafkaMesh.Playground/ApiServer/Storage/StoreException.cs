namespace KafkaMesh.Playground.ApiServer.Storage;

/// <summary>The store refused an operation; <see cref="Failure"/> says why.</summary>
internal sealed class StoreException(StoreFailure failure, string message) : Exception(message)
{
    /// <summary>The reason.</summary>
    public StoreFailure Failure { get; } = failure;
}
