namespace KafkaMesh.Contracts.Schema;

/// <summary>How server-side apply merges a list: <c>map</c> by key properties, or <c>set</c>.</summary>
/// <param name="type"><c>map</c>, <c>set</c> or <c>atomic</c>.</param>
/// <param name="keys">Key properties for <c>map</c>.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SchemaListTypeAttribute(string type, params string[] keys) : Attribute
{
    /// <summary><c>map</c>, <c>set</c> or <c>atomic</c>.</summary>
    public string Type { get; } = type;

    /// <summary>Key properties for <c>map</c>.</summary>
    public IReadOnlyList<string> Keys { get; } = keys;
}
