namespace KafkaMesh.Playground.ApiServer.Schema;

/// <summary>The numeric limits that a schema node may carry; null means no limit.</summary>
internal sealed record SchemaLimits
{
    /// <summary>No limit at all.</summary>
    public static SchemaLimits None { get; } = new();

    /// <summary>Smallest number.</summary>
    public double? Minimum { get; init; }

    /// <summary>Largest number.</summary>
    public double? Maximum { get; init; }

    /// <summary>Whether <see cref="Minimum"/> itself is refused.</summary>
    public bool ExclusiveMinimum { get; init; }

    /// <summary>Whether <see cref="Maximum"/> itself is refused.</summary>
    public bool ExclusiveMaximum { get; init; }

    /// <summary>Divisor of the number.</summary>
    public double? MultipleOf { get; init; }

    /// <summary>Fewest list items.</summary>
    public long? MinItems { get; init; }

    /// <summary>Most list items.</summary>
    public long? MaxItems { get; init; }

    /// <summary>Shortest text in characters.</summary>
    public long? MinLength { get; init; }

    /// <summary>Longest text in characters.</summary>
    public long? MaxLength { get; init; }

    /// <summary>Fewest keys.</summary>
    public long? MinProperties { get; init; }

    /// <summary>Most keys.</summary>
    public long? MaxProperties { get; init; }
}
