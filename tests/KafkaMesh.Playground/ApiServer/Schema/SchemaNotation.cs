using System.Globalization;
using System.Text.Json.Nodes;

namespace KafkaMesh.Playground.ApiServer.Schema;

/// <summary>Reads the compact notation of the built-in kinds (see meta-and-core.schema) into structural schemas.</summary>
internal sealed class SchemaNotation
{
    private readonly Dictionary<string, Declaration> _types = new(StringComparer.Ordinal);
    private readonly List<(string ApiVersion, string Kind, Declaration Body)> _kinds = [];
    private readonly Dictionary<string, StructuralSchema> _built = new(StringComparer.Ordinal);

    /// <summary>Reads one document; types may refer to types of documents that are read later.</summary>
    /// <exception cref="FormatException">A line that the notation does not know.</exception>
    public void Read(TextReader document)
    {
        Declaration? current = null;
        while (document.ReadLine() is { } line)
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0 || words[0].StartsWith('#'))
            {
                continue;
            }

            if (line.StartsWith(' '))
            {
                (current ?? throw new FormatException($"A field stands outside of a type: {line}")).Fields.Add(words);
            }
            else
            {
                current = Declare(words);
            }
        }
    }

    /// <summary>All kinds with their schemas.</summary>
    public IEnumerable<(string ApiVersion, string Kind, StructuralSchema Schema)> Kinds()
        => _kinds.Select(k => (k.ApiVersion, k.Kind, Root(k.Kind, k.Body)));

    private Declaration Declare(string[] words)
    {
        var declaration = new Declaration([], words[(words[0] == "kind" ? 3 : 2)..]);
        switch (words[0])
        {
            case "kind": _kinds.Add((words[1], words[2], declaration)); break;
            case "type": _types.Add(words[1], declaration); break;
            default: throw new FormatException($"Expected kind or type, found {words[0]}");
        }

        return declaration;
    }

    private StructuralSchema Root(string kind, Declaration body)
    {
        var fields = new OrderedDictionary<string, StructuralSchema>(StringComparer.Ordinal)
        {
            ["kind"] = new() { Type = "string" },
            ["apiVersion"] = new() { Type = "string" },
        };
        return new StructuralSchema { Type = "object", GoType = kind, Properties = AddFields(fields, body) };
    }

    private StructuralSchema Struct(string name)
    {
        if (_built.TryGetValue(name, out var known))
        {
            return known;
        }

        if (!_types.TryGetValue(name, out var declaration))
        {
            throw new FormatException($"The type {name} is not declared");
        }

        var built = new StructuralSchema
        {
            Type = "object",
            GoType = name,
            Properties = AddFields(new(StringComparer.Ordinal), declaration),
            MapType = declaration.Attributes.Contains("atomic") ? "atomic" : "granular",
            PatchStrategies = declaration.Attributes.Contains("retainKeys") ? ["retainKeys"] : [],
        };
        return _built[name] = built;
    }

    private OrderedDictionary<string, StructuralSchema> AddFields(OrderedDictionary<string, StructuralSchema> fields, Declaration declaration)
    {
        foreach (var words in declaration.Fields)
        {
            fields.Add(words[0].TrimEnd('!'), Field(words[1], words[0].EndsWith('!'), words[2..]));
        }

        return fields;
    }

    private StructuralSchema Field(string type, bool always, string[] attributes)
    {
        var keys = Attribute(attributes, "key");
        var merge = Attribute(attributes, "merge");
        var strategies = new List<string>();
        if (merge is not null || attributes.Contains("merge"))
        {
            strategies.Add("merge");
        }

        if (attributes.Contains("retainKeys"))
        {
            strategies.Add("retainKeys");
        }

        var schema = Type(type.TrimStart('*'));
        var @default = Attribute(attributes, "default");
        return new StructuralSchema
        {
            Type = schema.Type,
            Format = schema.Format,
            GoType = schema.GoType,
            Properties = schema.Properties,
            Items = schema.Items,
            AdditionalProperties = schema.AdditionalProperties,
            PreserveUnknownFields = schema.PreserveUnknownFields,
            IntOrString = schema.IntOrString,
            MapType = attributes.Contains("atomic") ? "atomic" : schema.MapType,
            ListType = keys is not null ? "map" : attributes.Contains("set") ? "set" : "atomic",
            ListMapKeys = keys?.Split(',') ?? [],
            PatchMergeKey = merge,
            PatchStrategies = [.. schema.PatchStrategies, .. strategies],
            AlwaysPresent = always,
            Nullable = attributes.Contains("null"),
            Pointer = type.StartsWith('*'),
            ProtobufPath = ProtobufPath(attributes),
            HasDefault = @default is not null,
            Default = @default is null ? null : JsonValue.Create(@default),
        };
    }

    private StructuralSchema Type(string type)
    {
        if (type.StartsWith('['))
        {
            return new StructuralSchema { Type = "array", Items = Type(type[1..^1]) };
        }

        if (type.StartsWith('{'))
        {
            return new StructuralSchema { Type = "object", AdditionalProperties = Type(type[1..^1]) };
        }

        return type switch
        {
            "string" => new StructuralSchema { Type = "string" },
            "bytes" => new StructuralSchema { Type = "string", Format = "byte" },
            "time" => new StructuralSchema { Type = "string", Format = "date-time" },
            "microTime" => new StructuralSchema { Type = "string", Format = "date-time", GoType = "MicroTime" },
            "int32" or "int64" => new StructuralSchema { Type = "integer", Format = type },
            "bool" => new StructuralSchema { Type = "boolean" },
            "quantity" => new StructuralSchema { Type = "string", GoType = "Quantity", IntOrString = true },
            "intOrString" => new StructuralSchema { Type = "string", Format = "int-or-string", GoType = "IntOrString", IntOrString = true },
            "any" => StructuralSchema.Any,
            _ => Struct(type),
        };
    }

    private static IReadOnlyList<int> ProtobufPath(string[] attributes)
        => attributes.FirstOrDefault(a => a.StartsWith('#')) is { } path ? [.. path[1..].Split('.').Select(n => int.Parse(n, CultureInfo.InvariantCulture))] : [];

    private static string? Attribute(string[] attributes, string name)
        => attributes.FirstOrDefault(a => a.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..];

    private sealed record Declaration(List<string[]> Fields, string[] Attributes);
}
