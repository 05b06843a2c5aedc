using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Kinds;
using KafkaMesh.Playground.ApiServer.Schema;

namespace KafkaMesh.Playground.ApiServer.Rest;

/// <summary>What the server itself writes into metadata (rest.BeforeCreate and BeforeUpdate of a real server).</summary>
internal static class ObjectMetadata
{
    private const string SuffixAlphabet = "bcdfghjklmnpqrstvwxz2456789";
    private const int SuffixLength = 5;
    private const int MaxGeneratedPrefix = 63 - SuffixLength;

    /// <summary>What a client may not choose on creation.</summary>
    private static readonly string[] ServerOwned =
        ["uid", "creationTimestamp", "selfLink", "deletionTimestamp", "deletionGracePeriodSeconds", "generation"];

    /// <summary>The metadata object; created when missing.</summary>
    public static JsonObject Of(JsonObject obj)
    {
        if (obj["metadata"] is JsonObject metadata)
        {
            return metadata;
        }

        var created = new JsonObject();
        obj["metadata"] = created;
        return created;
    }

    /// <summary>A text field of metadata, or empty.</summary>
    public static string Text(JsonObject obj, string field) => (obj["metadata"] as JsonObject)?[field] is JsonValue value ? value.ToString() : "";

    /// <summary>Takes away what the server decides before a creation is admitted.</summary>
    public static void ClearForCreate(JsonObject obj, ResourceKind kind)
    {
        var metadata = Of(obj);
        foreach (var field in ServerOwned)
        {
            metadata.Remove(field);
        }

        DropEmpty(metadata);
        if (kind.HasStatus && kind.IsCustom)
        {
            obj.Remove("status");
        }

        if (kind.TracksGeneration)
        {
            metadata["generation"] = 1;
        }
    }

    /// <summary>Writes uid, time of creation and a generated name after admission.</summary>
    public static void CompleteForCreate(JsonObject obj, TimeProvider time)
    {
        var metadata = Of(obj);
        if (Text(obj, "name").Length == 0 && Text(obj, "generateName") is { Length: > 0 } prefix)
        {
            metadata["name"] = prefix[..Math.Min(prefix.Length, MaxGeneratedPrefix)] + RandomNumberGenerator.GetString(SuffixAlphabet, SuffixLength);
        }

        metadata["uid"] = Guid.NewGuid().ToString();
        metadata["creationTimestamp"] = Timestamp(time.GetUtcNow());
    }

    /// <summary>Carries over what an update may not change, and counts the generation.</summary>
    public static void CompleteForUpdate(JsonObject obj, JsonObject old, ResourceKind kind)
    {
        var metadata = Of(obj);
        foreach (var field in ServerOwned)
        {
            CopyOrRemove(metadata, Of(old), field);
        }

        DropEmpty(metadata);
        if (kind.TracksGeneration && !SameContent(obj, old))
        {
            metadata["generation"] = Generation(old) + 1;
        }
    }

    /// <summary>The generation of an object, 0 when it has none.</summary>
    public static long Generation(JsonObject obj) => JsonNumber.ReadInteger(Of(obj)["generation"]) ?? 0;

    /// <summary>Puts a field of <paramref name="from"/> into <paramref name="to"/>, or removes it there.</summary>
    public static void CopyOrRemove(JsonObject to, JsonObject from, string field)
    {
        if (from[field] is { } value)
        {
            to[field] = value.DeepClone();
        }
        else
        {
            to.Remove(field);
        }
    }

    /// <summary>RFC 3339 with seconds, as metav1.Time.</summary>
    public static string Timestamp(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static bool SameContent(JsonObject obj, JsonObject old)
    {
        var keys = obj.Select(p => p.Key).Union(old.Select(p => p.Key)).Where(k => k is not ("metadata" or "status" or "kind" or "apiVersion"));
        return keys.All(key => JsonNode.DeepEquals(obj[key], old[key]));
    }

    private static void DropEmpty(JsonObject metadata)
    {
        foreach (var key in metadata.Where(p => p.Value is null or JsonObject { Count: 0 } or JsonArray { Count: 0 } || IsEmptyText(p.Value)).Select(p => p.Key).ToList())
        {
            metadata.Remove(key);
        }
    }

    private static bool IsEmptyText(JsonNode? node) => node is JsonValue value && value.GetValueKind() == JsonValueKind.String && value.GetValue<string>().Length == 0;
}
