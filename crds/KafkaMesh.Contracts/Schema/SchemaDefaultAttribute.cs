namespace KafkaMesh.Contracts.Schema;

/// <summary>Default that the API server writes when the property is absent, as JSON text.</summary>
/// <param name="json">A JSON value: <c>"Annotation"</c> with its quotes, <c>[9092]</c>, <c>{}</c>.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SchemaDefaultAttribute(string json) : Attribute
{
    /// <summary>The JSON value.</summary>
    public string Json { get; } = json;
}
