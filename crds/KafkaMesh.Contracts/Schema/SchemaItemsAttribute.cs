namespace KafkaMesh.Contracts.Schema;

/// <summary>Bounds of a list's length.</summary>
/// <param name="maximum">Most items.</param>
/// <param name="minimum">Fewest items.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SchemaItemsAttribute(int maximum, int minimum = 0) : Attribute
{
    /// <summary>Most items.</summary>
    public int Maximum { get; } = maximum;

    /// <summary>Fewest items.</summary>
    public int Minimum { get; } = minimum;
}
