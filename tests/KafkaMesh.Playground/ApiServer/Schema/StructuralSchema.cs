using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace KafkaMesh.Playground.ApiServer.Schema;

/// <summary>One node of a structural schema: what a value may be, how lists and maps merge, and how a built-in kind is written.</summary>
internal sealed class StructuralSchema
{
    /// <summary>A schema that accepts everything and keeps unknown fields.</summary>
    public static StructuralSchema Any { get; } = new() { PreserveUnknownFields = true };

    /// <summary>JSON type: object, array, string, integer, number or boolean; empty when any is allowed.</summary>
    public string Type { get; init; } = "";

    /// <summary>Format, for instance int32, date-time or byte; null when none.</summary>
    public string? Format { get; init; }

    /// <summary>Text that <c>kubectl explain</c> shows; null when none.</summary>
    public string? Description { get; init; }

    /// <summary>Named fields of an object in their declared order.</summary>
    public OrderedDictionary<string, StructuralSchema> Properties { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Schema of list items; null when the value is not a list.</summary>
    public StructuralSchema? Items { get; init; }

    /// <summary>Schema of map values; null when the object has named fields only.</summary>
    public StructuralSchema? AdditionalProperties { get; init; }

    /// <summary>Names of fields that must be present.</summary>
    public IReadOnlyList<string> Required { get; init; } = [];

    /// <summary>Allowed values; empty when all are.</summary>
    public IReadOnlyList<JsonNode?> Enum { get; init; } = [];

    /// <summary>Compiled <c>pattern</c>; null when none.</summary>
    public Regex? Pattern { get; init; }

    /// <summary>Numeric and size limits.</summary>
    public SchemaLimits Limits { get; init; } = SchemaLimits.None;

    /// <summary>Value set when the field is absent; meaningful when <see cref="HasDefault"/>.</summary>
    public JsonNode? Default { get; init; }

    /// <summary>Whether <c>default</c> was given.</summary>
    public bool HasDefault { get; init; }

    /// <summary>Whether null is a value of its own.</summary>
    public bool Nullable { get; init; }

    /// <summary>x-kubernetes-int-or-string.</summary>
    public bool IntOrString { get; init; }

    /// <summary>x-kubernetes-preserve-unknown-fields.</summary>
    public bool PreserveUnknownFields { get; init; }

    /// <summary>x-kubernetes-embedded-resource.</summary>
    public bool EmbeddedResource { get; init; }

    /// <summary>x-kubernetes-list-type: atomic (default), set or map.</summary>
    public string ListType { get; init; } = "atomic";

    /// <summary>x-kubernetes-list-map-keys.</summary>
    public IReadOnlyList<string> ListMapKeys { get; init; } = [];

    /// <summary>x-kubernetes-map-type: granular (default) or atomic.</summary>
    public string MapType { get; init; } = "granular";

    /// <summary>Key by which strategic merge patch joins list items; null when the list is replaced.</summary>
    public string? PatchMergeKey { get; init; }

    /// <summary>Strategies of strategic merge patch: merge, replace, retainKeys; empty means the default.</summary>
    public IReadOnlyList<string> PatchStrategies { get; init; } = [];

    /// <summary>Built-in kinds: Go writes the field even when it is empty (no omitempty, or a struct by value).</summary>
    public bool AlwaysPresent { get; init; }

    /// <summary>Built-in kinds: a Go pointer, so that zero values are kept.</summary>
    public bool Pointer { get; init; }

    /// <summary>
    /// Built-in kinds: the field's number in the protobuf encoding, preceded by the numbers of the messages around it that JSON leaves out;
    /// empty when the field is not read from protobuf.
    /// </summary>
    public IReadOnlyList<int> ProtobufPath { get; init; } = [];

    /// <summary>Built-in kinds: Go type name, for instance PodSpec; null for custom resources and scalars.</summary>
    public string? GoType { get; init; }

    /// <summary>Whether the value is an object with free keys.</summary>
    public bool IsMap => AdditionalProperties is not null;

    /// <summary>The schema of the field or key <paramref name="name"/>; null when the schema does not know it.</summary>
    public StructuralSchema? Field(string name)
        => Properties.TryGetValue(name, out var field) ? field : AdditionalProperties;
}
