using System.Text.Json;

namespace KafkaMesh.Codec.Tests.Definitions;

/// <summary>One field of a definition, as it is in one version.</summary>
internal sealed class DefinedField
{
    private readonly JsonElement _field;
    private readonly JsonElement _message;
    private readonly int _version;

    public DefinedField(JsonElement field, JsonElement message, int version)
    {
        (_field, _message, _version) = (field, message, version);
        Name = field.GetProperty("name").GetString()!;
        var type = field.GetProperty("type").GetString()!;
        IsArray = type.StartsWith("[]", StringComparison.Ordinal);
        Type = IsArray ? type[2..] : type;
    }

    public string Name { get; }

    /// <summary>Its name as Kafka's JSON has it.</summary>
    public string JsonName => char.ToLowerInvariant(Name[0]) + Name[1..];

    /// <summary>Its type, or that of its elements.</summary>
    public string Type { get; }

    public bool IsArray { get; }

    public bool IsStruct => char.IsUpper(Type[0]);

    public bool Exists => KafkaDefinitions.Contains(_field, _field.TryGetProperty("versions", out _) ? "versions" : "taggedVersions", _version);

    public bool IsTagged => Exists && KafkaDefinitions.Contains(_field, "taggedVersions", _version);

    public bool IsInline => Exists && !IsTagged;

    public bool IsNullable => KafkaDefinitions.Contains(_field, "nullableVersions", _version);

    /// <summary>Its tag in the versions that have it as such; null when it never has one.</summary>
    public int? Tag => _field.TryGetProperty("tag", out var tag) ? tag.GetInt32() : null;

    public string EntityType => _field.TryGetProperty("entityType", out var type) ? type.GetString()! : "";

    /// <summary>Fields of its structure: its own, or those of the common structure of that name.</summary>
    public IEnumerable<DefinedField> Fields => Of(_field.TryGetProperty("fields", out _) ? _field : Common(), _message, _version);

    /// <summary>The fields of a message or structure.</summary>
    public static IEnumerable<DefinedField> Of(JsonElement structure, JsonElement message, int version) =>
        structure.GetProperty("fields").EnumerateArray().Select(field => new DefinedField(field, message, version));

    private JsonElement Common() => _message.GetProperty("commonStructs").EnumerateArray().Single(one => one.GetProperty("name").GetString() == Type);
}
