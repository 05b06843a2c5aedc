namespace KafkaMesh.Contracts.Schema;

/// <summary>Regular expression that a string, or every item of a list of strings, must match.</summary>
/// <param name="expression">RE2 syntax, anchored by the author.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SchemaPatternAttribute(string expression) : Attribute
{
    /// <summary>The expression.</summary>
    public string Expression { get; } = expression;
}
