using System.Text.Json;
using KafkaMesh.Kubernetes.Entities;

namespace KafkaMesh.Kubernetes.Client;

/// <summary>Reads a list of any kind.</summary>
internal static class EntityListReader
{
    /// <summary>Depth that no real object comes near, so that a hostile one cannot exhaust the stack.</summary>
    public static JsonDocumentOptions DocumentOptions => new() { MaxDepth = 128 };

    public static async ValueTask<EntityList<TEntity>> ReadAsync<TEntity>(EntityType<TEntity> type, Stream body, CancellationToken cancellationToken)
        where TEntity : class
    {
        using var document = await JsonDocument.ParseAsync(body, DocumentOptions, cancellationToken);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("items", out var items))
        {
            throw new JsonException($"a list of {type.Metadata.Plural} has no items");
        }

        var metadata = root.TryGetProperty("metadata", out var element) ? element.Deserialize(KubernetesJson.Default.V1ListMeta) : null;
        return new EntityList<TEntity>(ReadItems(type, items), metadata ?? new V1ListMeta());
    }

    // An empty metadata list says "items": null.
    private static List<TEntity> ReadItems<TEntity>(EntityType<TEntity> type, JsonElement items)
        where TEntity : class
    {
        var entities = new List<TEntity>();
        if (items.ValueKind == JsonValueKind.Null)
        {
            return entities;
        }

        foreach (var item in items.EnumerateArray())
        {
            entities.Add(type.ReadNamed(item));
        }

        return entities;
    }
}
