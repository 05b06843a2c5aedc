namespace KafkaMesh.Contracts.Schema;

/// <summary>Text of a property in the CRD's OpenAPI schema (<c>kubectl explain</c> prints it).</summary>
/// <param name="text">One or more sentences for users.</param>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Class)]
public sealed class SchemaDescriptionAttribute(string text) : Attribute
{
    /// <summary>The description.</summary>
    public string Text { get; } = text;
}
