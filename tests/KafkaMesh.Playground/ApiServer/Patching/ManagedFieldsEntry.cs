using System.Text.Json.Nodes;

namespace KafkaMesh.Playground.ApiServer.Patching;

/// <summary>One entry of <c>metadata.managedFields</c>: who set which fields, how and when.</summary>
internal sealed record ManagedFieldsEntry(string Manager, string Operation, string ApiVersion, string Subresource)
{
    /// <summary>Operation of server-side apply.</summary>
    public const string Apply = "Apply";

    /// <summary>Operation of every other write.</summary>
    public const string Update = "Update";

    /// <summary>The fields that the manager owns.</summary>
    public FieldSet Fields { get; init; } = FieldSet.Empty;

    /// <summary>Time of the manager's last change, RFC 3339 with seconds; null when unknown.</summary>
    public string? Time { get; init; }

    /// <summary>Whether both entries belong to the same writer.</summary>
    public bool IsSameWriter(ManagedFieldsEntry other)
        => Manager == other.Manager && Operation == other.Operation && ApiVersion == other.ApiVersion && Subresource == other.Subresource;

    /// <summary>The entry as conflict messages name it.</summary>
    public string Describe()
    {
        var name = $"\"{Manager}\"";
        name = Subresource.Length > 0 ? $"{name} with subresource \"{Subresource}\"" : name;
        if (Operation != Update)
        {
            return name;
        }

        return Time is null ? $"{name} using {ApiVersion}" : $"{name} using {ApiVersion} at {Time}";
    }

    /// <summary>Reads all entries; what is no entry is left out.</summary>
    public static List<ManagedFieldsEntry> Read(JsonObject? obj)
        => [.. ((obj?["metadata"] as JsonObject)?["managedFields"] as JsonArray ?? []).OfType<JsonObject>().Select(Parse)];

    /// <summary>Writes the entries in the order of the API server, or removes the field when there are none.</summary>
    public static void Write(JsonObject obj, IEnumerable<ManagedFieldsEntry> entries)
    {
        var list = entries.Where(e => !e.Fields.IsEmpty)
            .OrderBy(e => e.Operation, StringComparer.Ordinal)
            .ThenBy(e => e.Time ?? "", StringComparer.Ordinal)
            .ThenBy(e => e.Manager, StringComparer.Ordinal)
            .ThenBy(e => e.ApiVersion, StringComparer.Ordinal)
            .ThenBy(e => e.Subresource, StringComparer.Ordinal)
            .Select(e => (JsonNode)e.Encode())
            .ToArray();
        if (obj["metadata"] is not JsonObject metadata)
        {
            metadata = [];
            obj["metadata"] = metadata;
        }

        if (list.Length == 0)
        {
            metadata.Remove("managedFields");
        }
        else
        {
            metadata["managedFields"] = new JsonArray(list);
        }
    }

    private static ManagedFieldsEntry Parse(JsonObject entry)
        => new(Text(entry, "manager") ?? "", Text(entry, "operation") ?? "", Text(entry, "apiVersion") ?? "", Text(entry, "subresource") ?? "")
        {
            Fields = entry["fieldsV1"] is JsonObject fields ? FieldSet.Decode(fields) : FieldSet.Empty,
            Time = Text(entry, "time"),
        };

    private JsonObject Encode()
    {
        var entry = new JsonObject { ["manager"] = Manager, ["operation"] = Operation, ["apiVersion"] = ApiVersion };
        if (Time is not null)
        {
            entry["time"] = Time;
        }

        entry["fieldsType"] = "FieldsV1";
        entry["fieldsV1"] = Fields.Encode();
        if (Subresource.Length > 0)
        {
            entry["subresource"] = Subresource;
        }

        return entry;
    }

    private static string? Text(JsonObject entry, string key)
        => entry[key] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
