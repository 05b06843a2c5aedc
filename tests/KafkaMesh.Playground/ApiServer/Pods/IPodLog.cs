namespace KafkaMesh.Playground.ApiServer.Pods;

/// <summary>An opened container log.</summary>
internal interface IPodLog : IAsyncDisposable
{
    /// <summary>Copies the wanted lines to <paramref name="destination"/>, flushing after each batch; with <c>Follow</c> it returns when the container ended.</summary>
    Task CopyToAsync(Stream destination, CancellationToken cancel);
}
