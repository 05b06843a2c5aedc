using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using KafkaMesh.Kubernetes.Configuration;
using KafkaMesh.Kubernetes.Entities;

namespace KafkaMesh.Kubernetes.Client;

/// <summary>The API server over HTTP. Safe for concurrent use; one per process is enough.</summary>
public sealed class KubernetesClient : IKubernetesClient, IDisposable
{
    private const int DefaultPageSize = 500;

    private readonly ApiTransport _transport;
    private readonly KubernetesClientOptions _options;
    private readonly TimeProvider _timeProvider;

    /// <summary>Makes a client; nothing is sent yet.</summary>
    /// <param name="configuration">Where the server is and who we are.</param>
    /// <param name="options">Limits.</param>
    /// <param name="metrics">Hooks for figures.</param>
    /// <param name="timeProvider">Clock for deadlines, retries and metrics.</param>
    public KubernetesClient(
        KubernetesClientConfiguration configuration, KubernetesClientOptions? options = null, IClientMetrics? metrics = null, TimeProvider? timeProvider = null)
    {
        _options = options ?? new KubernetesClientOptions();
        _transport = new ApiTransport(configuration, _options, metrics, timeProvider ?? TimeProvider.System);
        _timeProvider = timeProvider ?? TimeProvider.System;
        DefaultNamespace = configuration.Namespace;
        Metrics = metrics;
    }

    /// <summary>Namespace of the configuration.</summary>
    public string DefaultNamespace { get; }

    /// <inheritdoc/>
    public IClientMetrics? Metrics { get; }

    /// <inheritdoc/>
    public async Task<TEntity?> GetAsync<TEntity>(
        EntityType<TEntity> type, string name, string? namespaceName = null, CancellationToken cancellationToken = default)
        where TEntity : class
    {
        var request = Request(HttpMethod.Get, "get", type, type.Metadata.Path(namespaceName, name)) with { Accept = Accept(type, "PartialObjectMetadata") };
        try
        {
            return await _transport.SendAsync(request, (body, token) => ReadEntityAsync(type, body, token), cancellationToken);
        }
        catch (ApiException exception) when (exception.IsNotFound)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public Task<EntityList<TEntity>> ListPageAsync<TEntity>(
        EntityType<TEntity> type, string? namespaceName = null, ListOptions? options = null, CancellationToken cancellationToken = default)
        where TEntity : class
    {
        var query = new Query(type.Metadata.Path(namespaceName))
            .Add("labelSelector", options?.LabelSelector)
            .Add("fieldSelector", options?.FieldSelector)
            .Add("limit", options?.Limit?.ToString())
            .Add("continue", options?.Continue)
            .Add("resourceVersion", options?.ResourceVersion);
        var request = Request(HttpMethod.Get, "list", type, query.ToString()) with
        {
            Accept = Accept(type, "PartialObjectMetadataList"),
            Timeout = _options.ListTimeout,
        };
        return _transport.SendAsync(request, (body, token) => new EntityListReader<TEntity>(type).ReadAsync(body, token), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<EntityList<TEntity>> ListAsync<TEntity>(
        EntityType<TEntity> type, string? namespaceName = null, ListOptions? options = null, CancellationToken cancellationToken = default)
        where TEntity : class
    {
        var whole = options ?? new ListOptions();
        // Pages come from the server's storage; what may come from its cache is asked for in one answer.
        var page = whole with { Limit = whole.Limit ?? (whole.ResourceVersion is null ? DefaultPageSize : null) };
        var items = new List<TEntity>();
        while (true)
        {
            EntityList<TEntity> list;
            try
            {
                list = await ListPageAsync(type, namespaceName, page, cancellationToken);
            }
            catch (ApiException exception) when (exception.IsExpired && page.Continue is not null)
            {
                // Paging took longer than the server keeps its history, and would again: all in one answer, as client-go's pager does.
                items.Clear();
                page = whole with { Limit = null };
                continue;
            }

            items.AddRange(list.Items);
            if (list.Continue is null)
            {
                return new EntityList<TEntity>(items, list.Metadata);
            }

            // A page after the first carries its resource version in the token; sending both is refused.
            page = page with { Continue = list.Continue, ResourceVersion = null };
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<WatchEvent<TEntity>> WatchAsync<TEntity>(
        EntityType<TEntity> type, string? namespaceName, WatchOptions options, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        where TEntity : class
    {
        var query = new Query(type.Metadata.Path(namespaceName))
            .Add("watch", "true")
            .Add("allowWatchBookmarks", "true")
            .Add("labelSelector", options.LabelSelector)
            .Add("fieldSelector", options.FieldSelector)
            .Add("resourceVersion", options.ResourceVersion)
            .Add("timeoutSeconds", ((int)Math.Max(1, options.Timeout.TotalSeconds)).ToString());
        var request = Request(HttpMethod.Get, "watch", type, query.ToString()) with { Accept = Accept(type, "PartialObjectMetadata") };

        using var response = await _transport.OpenStreamAsync(request, cancellationToken);
        options.Opened?.Invoke();
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var lines = new WatchStream(body, _options.MaxWatchEventBytes, options.StallTimeout, _timeProvider);
        while (await WatchEventReader.NextAsync(request, type, lines, cancellationToken) is { } next)
        {
            yield return next;
        }
    }

    /// <inheritdoc/>
    public Task<TEntity> CreateAsync<TEntity>(
        EntityType<TEntity> type, TEntity entity, WriteOptions? options = null, CancellationToken cancellationToken = default)
        where TEntity : class
    {
        var metadata = type.MetadataOf(entity);
        var name = options?.Subresource is null ? null : metadata.Name; // pods/eviction and the like are posted to the object
        return WriteAsync(HttpMethod.Post, type, type.Metadata.Path(metadata.NamespaceProperty, name, options?.Subresource), entity, options, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<TEntity> UpdateAsync<TEntity>(
        EntityType<TEntity> type, TEntity entity, WriteOptions? options = null, CancellationToken cancellationToken = default)
        where TEntity : class
    {
        var (namespaceName, name) = type.KeyOf(entity);
        return WriteAsync(HttpMethod.Put, type, type.Metadata.Path(namespaceName, name, options?.Subresource), entity, options, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<TEntity> UpdateStatusAsync<TEntity>(
        EntityType<TEntity> type, TEntity entity, WriteOptions? options = null, CancellationToken cancellationToken = default)
        where TEntity : class => UpdateAsync(type, entity, (options ?? new WriteOptions()) with { Subresource = "status" }, cancellationToken);

    /// <inheritdoc/>
    public Task<TEntity> PatchAsync<TEntity>(
        EntityType<TEntity> type, V1Patch patch, string name, string? namespaceName = null, WriteOptions? options = null, CancellationToken cancellationToken = default)
        where TEntity : class
    {
        var path = new Query(type.Metadata.Path(namespaceName, name, options?.Subresource)).Add(options).ToString();
        var request = Request(HttpMethod.Patch, "patch", type, path) with { Body = patch.Content, MediaType = patch.MediaType };
        return _transport.SendAsync(request, (body, token) => ReadEntityAsync(type, body, token), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<bool> DeleteAsync<TEntity>(
        EntityType<TEntity> type, string name, string? namespaceName = null, DeleteOptions? options = null, CancellationToken cancellationToken = default)
        where TEntity : class
    {
        var request = Request(HttpMethod.Delete, "delete", type, type.Metadata.Path(namespaceName, name)) with { Body = options?.ToJson() };
        try
        {
            // The answer is a Status, or the object that is on its way out: neither is needed.
            return await _transport.SendAsync(request, (_, _) => new ValueTask<bool>(result: true), cancellationToken);
        }
        catch (ApiException exception) when (exception.IsNotFound)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public Task EvictAsync(string podName, string namespaceName, DeleteOptions? options = null, CancellationToken cancellationToken = default)
    {
        var body = new JsonObject
        {
            ["apiVersion"] = "policy/v1",
            ["kind"] = "Eviction",
            ["metadata"] = new JsonObject { ["name"] = podName, ["namespace"] = namespaceName },
        };
        if (options is not null)
        {
            body["deleteOptions"] = options.ToJson();
        }

        var path = $"api/v1/namespaces/{namespaceName}/pods/{podName}/eviction";
        var request = new ApiRequest(HttpMethod.Post, path, "create", "pods/eviction", _options.RequestTimeout) { Body = body, MayBeRepeated = false };
        return _transport.SendAsync(request, (_, _) => new ValueTask<bool>(result: true), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<VersionInfo> GetVersionAsync(CancellationToken cancellationToken = default) => _transport.SendAsync(
        new ApiRequest(HttpMethod.Get, "version", "get", "version", _options.RequestTimeout),
        async (body, token) => await JsonSerializer.DeserializeAsync(body, KubernetesJson.Default.VersionInfo, token) ?? throw new JsonException("the version is null"),
        cancellationToken);

    /// <inheritdoc/>
    public Task<byte[]> SendAsync(HttpMethod method, string path, JsonNode? body = null, CancellationToken cancellationToken = default)
    {
        var request = new ApiRequest(method, path, VerbOf(method), path.Split('/', '?')[0], _options.RequestTimeout) { Body = body, Accept = "application/json, */*" };
        return _transport.SendAsync(
            request,
            async (stream, token) =>
            {
                using var bytes = new MemoryStream();
                await stream.CopyToAsync(bytes, token);
                return bytes.ToArray();
            },
            cancellationToken);
    }

    /// <summary>
    /// GETs what lies behind the API server, such as a Service through its <c>proxy</c> subresource, and returns whatever answer comes as soon as its
    /// head is there: who answers, and how, is for the caller to judge. Nothing is repeated; the body has no limit and no deadline.
    /// </summary>
    /// <param name="path">Path and query, without leading slash.</param>
    /// <param name="accept">Media types.</param>
    /// <param name="headers">Further headers; the API server keeps <c>Authorization</c> for itself.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The answer; to be disposed of.</returns>
    /// <exception cref="ApiException">No answer came within the time of a request.</exception>
    public Task<HttpResponseMessage> OpenAsync(string path, string accept, IReadOnlyList<KeyValuePair<string, string>> headers, CancellationToken cancellationToken = default) =>
        _transport.OpenAnyAsync(
            new ApiRequest(HttpMethod.Get, path, "get", path.Split('/', '?')[0], _options.RequestTimeout) { Accept = accept, Headers = headers }, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _transport.Dispose();

    private Task<TEntity> WriteAsync<TEntity>(
        HttpMethod method, EntityType<TEntity> type, string path, TEntity entity, WriteOptions? options, CancellationToken cancellationToken)
        where TEntity : class
    {
        // A raw object is copied, not written and parsed: a stored ledger is hundreds of kilobytes.
        var content = entity is JsonObject raw ? raw.DeepClone().AsObject() : JsonSerializer.SerializeToNode(entity, type.Json)!.AsObject();
        content["apiVersion"] ??= type.Metadata.ApiVersion;
        content["kind"] ??= type.Metadata.Kind;
        var request = Request(method, VerbOf(method), type, new Query(path).Add(options).ToString()) with { Body = content };
        return _transport.SendAsync(request, (body, token) => ReadEntityAsync(type, body, token), cancellationToken);
    }

    private static async ValueTask<TEntity> ReadEntityAsync<TEntity>(EntityType<TEntity> type, Stream body, CancellationToken cancellationToken)
        where TEntity : class
    {
        using var document = await JsonDocument.ParseAsync(body, KubernetesJson.DocumentOptions, cancellationToken);
        return type.Read(document.RootElement);
    }

    private static string VerbOf(HttpMethod method) => method.Method switch
    {
        "POST" => "create",
        "PUT" => "update",
        var other => other.ToLowerInvariant(),
    };

    private ApiRequest Request<TEntity>(HttpMethod method, string verb, EntityType<TEntity> type, string pathAndQuery)
        where TEntity : class => new(method, pathAndQuery, verb, type.Metadata.Plural, _options.RequestTimeout);

    private static string Accept<TEntity>(EntityType<TEntity> type, string partialKind)
        where TEntity : class =>
        type.MetadataOnly ? $"application/json;as={partialKind};g=meta.k8s.io;v=v1,application/json" : "application/json";
}
