using KafkaMesh.Kubernetes.Entities;

namespace KafkaMesh.Kubernetes.Client;

/// <summary>
/// The API server as KubeOps' <c>IKubernetesClient</c> shows it. Every call has a deadline of its own, is repeated only when the server
/// asks for it (Retry-After) or the credentials were stale (one more try after 401), and fails with <see cref="ApiException"/>.
/// </summary>
public interface IKubernetesClient
{
    /// <summary>Hooks for figures, which informers on this client use too; null when nobody counts.</summary>
    IClientMetrics? Metrics { get; }

    /// <summary>One object, or null when there is none.</summary>
    /// <typeparam name="TEntity">The entity.</typeparam>
    /// <param name="type">Its registration.</param>
    /// <param name="name">Its name.</param>
    /// <param name="namespaceName">Its namespace; null for cluster-scoped kinds.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<TEntity?> GetAsync<TEntity>(EntityType<TEntity> type, string name, string? namespaceName = null, CancellationToken cancellationToken = default)
        where TEntity : class;

    /// <summary>One page of a list; <see cref="EntityList{TEntity}.Continue"/> leads to the next.</summary>
    /// <typeparam name="TEntity">The entity.</typeparam>
    /// <param name="type">Its registration.</param>
    /// <param name="namespaceName">Namespace; null for all.</param>
    /// <param name="options">Selectors, page size, resource version.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<EntityList<TEntity>> ListPageAsync<TEntity>(
        EntityType<TEntity> type, string? namespaceName = null, ListOptions? options = null, CancellationToken cancellationToken = default)
        where TEntity : class;

    /// <summary>The whole list, gathered from pages of <see cref="ListOptions.Limit"/> (500 by default; with a resource version all in one answer).</summary>
    /// <typeparam name="TEntity">The entity.</typeparam>
    /// <param name="type">Its registration.</param>
    /// <param name="namespaceName">Namespace; null for all.</param>
    /// <param name="options">Selectors, page size, resource version.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<EntityList<TEntity>> ListAsync<TEntity>(
        EntityType<TEntity> type, string? namespaceName = null, ListOptions? options = null, CancellationToken cancellationToken = default)
        where TEntity : class;

    /// <summary>Changes after <see cref="WatchOptions.ResourceVersion"/> until the server ends the stream; an informer is what controllers want.</summary>
    /// <typeparam name="TEntity">The entity.</typeparam>
    /// <param name="type">Its registration.</param>
    /// <param name="namespaceName">Namespace; null for all.</param>
    /// <param name="options">Selectors, start, time-out.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    /// <exception cref="ApiException">Refused, or an ERROR event came; <see cref="ApiException.IsExpired"/> asks for a new list.</exception>
    IAsyncEnumerable<WatchEvent<TEntity>> WatchAsync<TEntity>(
        EntityType<TEntity> type, string? namespaceName, WatchOptions options, CancellationToken cancellationToken = default)
        where TEntity : class;

    /// <summary>Creates an object; its namespace is taken from its metadata.</summary>
    /// <typeparam name="TEntity">The entity.</typeparam>
    /// <param name="type">Its registration.</param>
    /// <param name="entity">The object; apiVersion and kind are filled in.</param>
    /// <param name="options">Field manager, dry run.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<TEntity> CreateAsync<TEntity>(EntityType<TEntity> type, TEntity entity, WriteOptions? options = null, CancellationToken cancellationToken = default)
        where TEntity : class;

    /// <summary>Replaces an object; with a resourceVersion only if nobody changed it since (<see cref="ApiException.IsConflict"/> otherwise).</summary>
    /// <typeparam name="TEntity">The entity.</typeparam>
    /// <param name="type">Its registration.</param>
    /// <param name="entity">The object.</param>
    /// <param name="options">Field manager, dry run.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<TEntity> UpdateAsync<TEntity>(EntityType<TEntity> type, TEntity entity, WriteOptions? options = null, CancellationToken cancellationToken = default)
        where TEntity : class;

    /// <summary>Replaces the status of an object; everything else in it is ignored by the server.</summary>
    /// <typeparam name="TEntity">The entity.</typeparam>
    /// <param name="type">Its registration.</param>
    /// <param name="entity">The object with its resourceVersion.</param>
    /// <param name="options">Field manager, dry run.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<TEntity> UpdateStatusAsync<TEntity>(EntityType<TEntity> type, TEntity entity, WriteOptions? options = null, CancellationToken cancellationToken = default)
        where TEntity : class;

    /// <summary>Changes an object by a patch, or applies it server-side (<see cref="V1Patch.Apply"/>).</summary>
    /// <typeparam name="TEntity">The entity.</typeparam>
    /// <param name="type">Its registration.</param>
    /// <param name="patch">The patch and its kind.</param>
    /// <param name="name">Name of the object.</param>
    /// <param name="namespaceName">Its namespace; null for cluster-scoped kinds.</param>
    /// <param name="options">Field manager (needed for apply), force, dry run, subresource.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<TEntity> PatchAsync<TEntity>(
        EntityType<TEntity> type, V1Patch patch, string name, string? namespaceName = null, WriteOptions? options = null, CancellationToken cancellationToken = default)
        where TEntity : class;

    /// <summary>Deletes an object. One that is already gone is no error.</summary>
    /// <typeparam name="TEntity">The entity.</typeparam>
    /// <param name="type">Its registration.</param>
    /// <param name="name">Its name.</param>
    /// <param name="namespaceName">Its namespace; null for cluster-scoped kinds.</param>
    /// <param name="options">Preconditions, propagation, grace.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>False when there was nothing to delete.</returns>
    Task<bool> DeleteAsync<TEntity>(
        EntityType<TEntity> type, string name, string? namespaceName = null, DeleteOptions? options = null, CancellationToken cancellationToken = default)
        where TEntity : class;

    /// <summary>
    /// Asks for the deletion of a pod as far as its disruption budget permits (KEP-85). Sent once: what is refused with 429 needs a new decision, for which
    /// the server may ask to wait for many seconds.
    /// </summary>
    /// <param name="podName">The pod.</param>
    /// <param name="namespaceName">Its namespace.</param>
    /// <param name="options">How it is deleted, and only if what.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ApiException">429 by a budget, 404 or 409 when that pod is gone, or another refusal.</exception>
    Task EvictAsync(string podName, string namespaceName, DeleteOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>The server's version.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    Task<VersionInfo> GetVersionAsync(CancellationToken cancellationToken = default);

    /// <summary>Any path of the API server: health, discovery, review and proxy calls for which there is no method.</summary>
    /// <param name="method">HTTP method.</param>
    /// <param name="path">Path and query without leading slash.</param>
    /// <param name="body">JSON body, or null.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The body of a successful answer, at most <see cref="KubernetesClientOptions.MaxResponseBytes"/>.</returns>
    Task<byte[]> SendAsync(HttpMethod method, string path, System.Text.Json.Nodes.JsonNode? body = null, CancellationToken cancellationToken = default);
}
