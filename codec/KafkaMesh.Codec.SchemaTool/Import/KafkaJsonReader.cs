using System.Text.Json;
using KafkaMesh.Codec.SchemaTool.Model;

namespace KafkaMesh.Codec.SchemaTool.Import;

/// <summary>
/// Reads one of Kafka's message definitions: JSON with <c>//</c> comments. Accepts what Kafka's releases contain, quirks
/// included, and refuses any attribute that it does not know.
/// </summary>
internal sealed class KafkaJsonReader
{
    private readonly string _file;
    private readonly Dictionary<string, JsonElement> _commonStructs = [];

    private KafkaJsonReader(string file) => _file = file;

    /// <summary>Reads a definition.</summary>
    /// <param name="file">Its name, for messages.</param>
    /// <param name="json">Its text in UTF-8.</param>
    /// <returns>Null for a type of definition that the schema does not keep (Kafka's own records).</returns>
    /// <exception cref="SchemaException">It is not one that Kafka's generator would accept.</exception>
    public static MessageSpec? Read(string file, ReadOnlySpan<byte> json)
    {
        // The first value only: one release has brackets too many behind it (KAFKA-12794).
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip });
        try
        {
            using var document = JsonDocument.ParseValue(ref reader);
            return new KafkaJsonReader(file).ReadMessage(document.RootElement);
        }
        catch (JsonException e)
        {
            throw new SchemaException($"{file}: not JSON: {e.Message}");
        }
        catch (InvalidOperationException)
        {
            // JsonElement checks text only when it is read, and has no other way to say so.
            throw new SchemaException($"{file}: not JSON: a text in it is no UTF-8, or half a character.");
        }
    }

    private MessageSpec? ReadMessage(JsonElement element)
    {
        var message = new JsonAttributes(_file, "the message", element,
            "apiKey", "type", "name", "validVersions", "flexibleVersions", "fields", "commonStructs", "listeners", "latestVersionUnstable",
            "deprecatedVersions");
        MessageType type;
        switch (message.Text("type"))
        {
            case "request": type = MessageType.Request; break;
            case "response": type = MessageType.Response; break;
            case "header": type = MessageType.Header; break;
            case "data": type = MessageType.Data; break;
            default: return null;
        }

        var isApi = type is MessageType.Request or MessageType.Response;
        var apiKey = isApi ? message.Number("apiKey") : -1;
        if (isApi && apiKey is < 0 or > short.MaxValue) throw message.Fault($"'apiKey' {apiKey} is not from 0 to {short.MaxValue}");
        var versions = message.Versions("validVersions");
        foreach (var common in message.Elements("commonStructs"))
        {
            var attributes = new JsonAttributes(_file, "a common struct", common, "name", "versions", "fields");
            if (!_commonStructs.TryAdd(attributes.Text("name"), common)) throw attributes.Fault($"'{attributes.Text("name")}' is defined twice");
        }

        var flexible = message.Versions("flexibleVersions", VersionRange.None);
        var fields = message.Elements("fields").Select(field => ReadField(field, versions, [])).ToList();
        return new MessageSpec(type, message.Text("name"), (short)apiKey, versions, flexible, fields).Within(versions);
    }

    private FieldSpec ReadField(JsonElement element, VersionRange parent, IReadOnlyList<string> enclosing)
    {
        var name = element.ValueKind == JsonValueKind.Object && element.TryGetProperty("name", out var given) ? given.ToString() : "without a name";
        var field = new JsonAttributes(_file, $"field {name}", element,
            "name", "type", "versions", "about", "entityType", "default", "ignorable", "nullableVersions", "mapKey", "tag", "taggedVersions",
            "zeroCopy", "flexibleVersions", "fields");
        var tagged = field.Versions("taggedVersions", VersionRange.None);
        var type = field.Parse("type", FieldType.Parse);
        var isNeverFlexible = field.Has("flexibleVersions");
        if (isNeverFlexible && field.Text("flexibleVersions") is not "none") throw field.Fault("flexibleVersions of a field can only be none");
        if (!tagged.IsNone && !field.Has("tag")) throw field.Fault("has taggedVersions but no tag");
        var versions = field.Versions("versions", tagged.IsNone ? null : tagged);
        return new FieldSpec
        {
            Name = field.Text("name"),
            Type = type,
            Versions = versions,
            Nullable = field.Versions("nullableVersions", VersionRange.None),
            Tagged = tagged,
            Tag = field.Has("tag") ? field.Number("tag") : 0,
            Default = field.Has("default") ? field.Scalar("default") : null,
            IsIgnorable = field.Flag("ignorable"),
            IsMapKey = field.Flag("mapKey"),
            IsNeverFlexible = isNeverFlexible,
            EntityType = field.Has("entityType") ? field.Text("entityType") : null,
            Fields = type.IsPrimitive ? [] : ReadStruct(field, type.Name, parent.Intersect(versions), enclosing),
        };
    }

    /// <summary>The fields of a structure, given in place or by the name of a common one.</summary>
    private List<FieldSpec> ReadStruct(JsonAttributes field, string name, VersionRange versions, IReadOnlyList<string> enclosing)
    {
        if (enclosing.Contains(name, StringComparer.Ordinal)) throw field.Fault($"structure {name} contains itself");
        var owner = field;
        if (!field.Has("fields"))
        {
            if (!_commonStructs.TryGetValue(name, out var common)) throw field.Fault($"structure {name} is not defined");
            owner = new JsonAttributes(_file, $"structure {name}", common, "name", "versions", "fields");
        }

        return [.. owner.Elements("fields").Select(child => ReadField(child, versions, [.. enclosing, name]))];
    }
}
