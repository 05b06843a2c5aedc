namespace KafkaMesh.Contracts.Schema;

/// <summary>OpenAPI format of a string: <c>date-time</c>.</summary>
/// <param name="format">The format.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SchemaFormatAttribute(string format) : Attribute
{
    /// <summary>The format.</summary>
    public string Format { get; } = format;
}
