using System.Text.Json;
using KafkaMesh.Kubernetes.Entities;

namespace KafkaMesh.Kubernetes.Client;

/// <summary>Reads the events of a watch.</summary>
internal static class WatchEventReader
{
    /// <summary>Next event, or null at the end of the stream.</summary>
    /// <exception cref="ApiException">The connection broke, an event cannot be read, or an ERROR event came.</exception>
    /// <exception cref="TimeoutException">The stream fell silent.</exception>
    public static async ValueTask<WatchEvent<TEntity>?> NextAsync<TEntity>(
        ApiRequest request, EntityType<TEntity> type, WatchStream lines, CancellationToken cancellationToken)
        where TEntity : class
    {
        try
        {
            while (await lines.ReadLineAsync(cancellationToken) is { } line)
            {
                if (line.IsEmpty)
                {
                    continue;
                }

                using var document = JsonDocument.Parse(line, KubernetesJson.DocumentOptions);
                if (Read(request, type, document.RootElement) is { } next)
                {
                    return next;
                }
            }

            return null;
        }
        catch (Exception exception) when (ApiErrors.IsTransportFailure(exception) && !cancellationToken.IsCancellationRequested)
        {
            throw ApiErrors.FromFailure(request, exception);
        }
    }

    private static WatchEvent<TEntity>? Read<TEntity>(ApiRequest request, EntityType<TEntity> type, JsonElement line)
        where TEntity : class
    {
        if (line.ValueKind != JsonValueKind.Object
            || !line.TryGetProperty("type", out var kind)
            || !line.TryGetProperty("object", out var subject)
            || subject.ValueKind != JsonValueKind.Object)
        {
            throw new JsonException("a watch event has no type or no object");
        }

        return kind.GetString() switch
        {
            "ADDED" => Change(type, WatchEventType.Added, subject),
            "MODIFIED" => Change(type, WatchEventType.Modified, subject),
            "DELETED" => Change(type, WatchEventType.Deleted, subject),
            "BOOKMARK" => new WatchEvent<TEntity>(WatchEventType.Bookmark, VersionOf(subject), Entity: null),
            "ERROR" => throw ApiErrors.FromErrorEvent(request, subject),
            _ => null, // a kind of a later server, which an older client is meant to pass over
        };
    }

    private static WatchEvent<TEntity> Change<TEntity>(EntityType<TEntity> type, WatchEventType what, JsonElement subject)
        where TEntity : class => new(what, VersionOf(subject), type.ReadNamed(subject));

    private static string VersionOf(JsonElement subject) =>
        subject.TryGetProperty("metadata", out var metadata)
        && metadata.ValueKind == JsonValueKind.Object
        && metadata.TryGetProperty("resourceVersion", out var version)
        && version.ValueKind == JsonValueKind.String
            ? version.GetString()!
            : throw new JsonException("an object in a watch has no resourceVersion");
}
