namespace KafkaMesh.Contracts.Schema;

/// <summary>Longest string, in characters.</summary>
/// <param name="maximum">Most characters.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SchemaMaxLengthAttribute(int maximum) : Attribute
{
    /// <summary>Most characters.</summary>
    public int Maximum { get; } = maximum;
}
