using System.Globalization;
using System.Text.Json;
using KafkaMesh.Codec.SchemaTool.Model;

namespace KafkaMesh.Codec.SchemaTool.Import;

/// <summary>The attributes of one JSON object of a definition: known ones only, the last of a repeated one counts.</summary>
internal sealed class JsonAttributes
{
    private readonly string _file;
    private readonly string _owner;
    private readonly Dictionary<string, JsonElement> _values = [];

    public JsonAttributes(string file, string owner, JsonElement element, params ReadOnlySpan<string> known)
    {
        _file = file;
        _owner = owner;
        Element = element;
        if (element.ValueKind != JsonValueKind.Object) throw Fault("is not an object");
        foreach (var property in element.EnumerateObject())
        {
            if (!known.Contains(property.Name)) throw Fault($"has the unknown attribute '{property.Name}'");
            _values[property.Name] = property.Value;
        }
    }

    public JsonElement Element { get; }

    public bool Has(string name) => _values.ContainsKey(name);

    public string Text(string name)
    {
        var value = Required(name);
        return value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Fault($"'{name}' is not a string");
    }

    /// <summary>A string, number or boolean as text: Kafka writes defaults in all three ways.</summary>
    public string Scalar(string name)
    {
        var value = Required(name);
        return value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
            _ => throw Fault($"'{name}' is not a string, number or boolean"),
        };
    }

    public bool Flag(string name)
    {
        if (!Has(name)) return false;
        return bool.TryParse(Scalar(name), out var flag) ? flag : throw Fault($"'{name}' is neither true nor false");
    }

    public int Number(string name) =>
        int.TryParse(Scalar(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Fault($"'{name}' is not a number");

    public VersionRange Versions(string name, VersionRange? absent = null) =>
        !Has(name) && absent is { } range ? range : Parse(name, VersionRange.Parse);

    public T Parse<T>(string name, Func<string, T> parse)
    {
        try
        {
            return parse(Text(name));
        }
        catch (FormatException e)
        {
            throw Fault($"'{name}': {e.Message}");
        }
    }

    public IReadOnlyList<JsonElement> Elements(string name)
    {
        if (!Has(name)) return [];
        var value = Required(name);
        return value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : throw Fault($"'{name}' is not an array");
    }

    public SchemaException Fault(string fault) => new($"{_file}: {_owner}: {fault}.");

    private JsonElement Required(string name) => _values.TryGetValue(name, out var value) ? value : throw Fault($"'{name}' is missing");
}
