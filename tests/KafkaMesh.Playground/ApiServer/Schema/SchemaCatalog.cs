using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Kinds;

namespace KafkaMesh.Playground.ApiServer.Schema;

/// <summary>The schema of every kind: built-in ones from the embedded notation, custom ones from their CRD.</summary>
internal sealed class SchemaCatalog
{
    private static readonly string[] Documents = ["meta-and-core.schema", "pod.schema", "groups.schema"];
    private readonly Dictionary<(string ApiVersion, string Kind), StructuralSchema> _builtIn;
    private readonly StructuralSchema _metadata;
    private readonly ConditionalWeakTable<JsonObject, StructuralSchema> _custom = [];

    private SchemaCatalog()
    {
        var notation = new SchemaNotation();
        foreach (var name in Documents)
        {
            using var stream = typeof(SchemaCatalog).Assembly.GetManifestResourceStream(name)
                ?? throw new InvalidOperationException($"The resource {name} is missing from the assembly.");
            using var reader = new StreamReader(stream);
            notation.Read(reader);
        }

        _builtIn = notation.Kinds().ToDictionary(k => (k.ApiVersion, k.Kind), k => k.Schema);
        _metadata = _builtIn[("v1", "ConfigMap")].Properties["metadata"];
    }

    /// <summary>The one catalog: the built-in schemas never change.</summary>
    public static SchemaCatalog Shared { get; } = new();

    /// <summary>The schema of ObjectMeta.</summary>
    public StructuralSchema Metadata => _metadata;

    /// <summary>The schema of DeleteOptions, which belong to every group.</summary>
    public StructuralSchema DeleteOptions => _builtIn[("policy/v1", "Eviction")].Properties["deleteOptions"];

    /// <summary>The kinds that have a built-in schema.</summary>
    public IEnumerable<(string ApiVersion, string Kind)> BuiltInKinds => _builtIn.Keys;

    /// <summary>The schema of a built-in kind, or null.</summary>
    public StructuralSchema? BuiltIn(string apiVersion, string kind) => _builtIn.GetValueOrDefault((apiVersion, kind));

    /// <summary>The schema of a kind with apiVersion, kind and metadata declared; one that keeps everything when none is known.</summary>
    public StructuralSchema For(ResourceKind kind)
    {
        if (BuiltIn(kind.ApiVersion, kind.Kind) is { } builtIn && !kind.IsCustom)
        {
            return builtIn;
        }

        return kind.Schema is { } schema ? Custom(schema) : WithTypeAndMetadata(StructuralSchema.Any);
    }

    /// <summary>The schema of a custom resource from its openAPIV3Schema, with apiVersion, kind and metadata declared.</summary>
    public StructuralSchema Custom(JsonObject openApi)
        => _custom.GetValue(openApi, json => WithTypeAndMetadata(StructuralSchemaParser.Parse(json, "").Schema));

    private StructuralSchema WithTypeAndMetadata(StructuralSchema schema)
    {
        var fields = new OrderedDictionary<string, StructuralSchema>(schema.Properties, StringComparer.Ordinal)
        {
            ["apiVersion"] = new() { Type = "string" },
            ["kind"] = new() { Type = "string" },
            ["metadata"] = _metadata,
        };
        return new StructuralSchema
        {
            Type = "object",
            Description = schema.Description,
            Properties = fields,
            AdditionalProperties = schema.AdditionalProperties,
            Required = schema.Required,
            PreserveUnknownFields = schema.PreserveUnknownFields,
            Limits = schema.Limits,
        };
    }
}
