namespace KafkaMesh.Contracts.Schema;

/// <summary>Inclusive numeric bounds of a number, or of the items of a list of numbers.</summary>
/// <param name="minimum">Smallest value.</param>
/// <param name="maximum">Largest value; <see cref="long.MaxValue"/> for none.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SchemaRangeAttribute(long minimum, long maximum = long.MaxValue) : Attribute
{
    /// <summary>Smallest value.</summary>
    public long Minimum { get; } = minimum;

    /// <summary>Largest value.</summary>
    public long Maximum { get; } = maximum;
}
