using System.Text.Json;
using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Kinds;

namespace KafkaMesh.Playground.ApiServer.Rest;

/// <summary>
/// Writes objects in the key order of a real server: kind first and Go's field order in metadata for built-in kinds, all keys sorted for
/// custom resources.
/// </summary>
internal static class ObjectJson
{
    private static readonly string[] MetadataOrder =
    [
        "name", "generateName", "namespace", "selfLink", "uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp",
        "deletionGracePeriodSeconds", "labels", "annotations", "ownerReferences", "finalizers", "managedFields",
    ];

    private static readonly string[] ManagedFieldsOrder = ["manager", "operation", "apiVersion", "time", "fieldsType", "fieldsV1", "subresource"];

    /// <summary>Writes an object. <paramref name="typeMeta"/> is false for items of built-in lists, which carry neither kind nor apiVersion.</summary>
    public static void Write(Utf8JsonWriter writer, JsonObject obj, ResourceKind kind, bool typeMeta = true)
    {
        if (kind.IsCustom)
        {
            WriteSorted(writer, obj);
            return;
        }

        writer.WriteStartObject();
        if (typeMeta)
        {
            writer.WriteString("kind", kind.Kind);
            writer.WriteString("apiVersion", kind.ApiVersion);
        }

        writer.WritePropertyName("metadata");
        WriteMetadata(writer, obj["metadata"] as JsonObject ?? []);
        foreach (var (key, value) in obj)
        {
            if (key is not ("kind" or "apiVersion" or "metadata"))
            {
                WriteProperty(writer, key, value);
            }
        }

        writer.WriteEndObject();
    }

    /// <summary>Writes the metadata alone as PartialObjectMetadata.</summary>
    public static void WritePartial(Utf8JsonWriter writer, JsonObject obj, string version)
    {
        writer.WriteStartObject();
        writer.WriteString("kind", "PartialObjectMetadata");
        writer.WriteString("apiVersion", $"meta.k8s.io/{version}");
        writer.WritePropertyName("metadata");
        WriteMetadata(writer, obj["metadata"] as JsonObject ?? []);
        writer.WriteEndObject();
    }

    /// <summary>Writes metadata in Go's field order.</summary>
    public static void WriteMetadata(Utf8JsonWriter writer, JsonObject metadata)
    {
        writer.WriteStartObject();
        foreach (var key in MetadataOrder)
        {
            if (metadata.TryGetPropertyValue(key, out var value) && value is not null)
            {
                writer.WritePropertyName(key);
                WriteMetadataValue(writer, key, value);
            }
        }

        writer.WriteEndObject();
    }

    /// <summary>Writes a value with all keys sorted.</summary>
    public static void WriteSorted(Utf8JsonWriter writer, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject obj:
                writer.WriteStartObject();
                foreach (var (key, value) in obj.OrderBy(p => p.Key, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(key);
                    WriteSorted(writer, value);
                }

                writer.WriteEndObject();
                break;
            case JsonArray array:
                writer.WriteStartArray();
                foreach (var item in array)
                {
                    WriteSorted(writer, item);
                }

                writer.WriteEndArray();
                break;
            default:
                WriteScalar(writer, node);
                break;
        }
    }

    private static void WriteMetadataValue(Utf8JsonWriter writer, string key, JsonNode value)
    {
        if (key != "managedFields" || value is not JsonArray entries)
        {
            if (key is "labels" or "annotations")
            {
                WriteSorted(writer, value);
            }
            else
            {
                value.WriteTo(writer);
            }

            return;
        }

        writer.WriteStartArray();
        foreach (var entry in entries.OfType<JsonObject>())
        {
            writer.WriteStartObject();
            foreach (var part in ManagedFieldsOrder)
            {
                if (entry[part] is { } inner)
                {
                    writer.WritePropertyName(part);
                    WriteSorted(writer, inner);
                }
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteProperty(Utf8JsonWriter writer, string key, JsonNode? value)
    {
        writer.WritePropertyName(key);
        if (value is null)
        {
            writer.WriteNullValue();
        }
        else
        {
            value.WriteTo(writer);
        }
    }

    private static void WriteScalar(Utf8JsonWriter writer, JsonNode? value)
    {
        if (value is null)
        {
            writer.WriteNullValue();
        }
        else
        {
            value.WriteTo(writer);
        }
    }
}
