using KafkaMesh.Contracts.Schema;

namespace KafkaMesh.Contracts.Monitors;

/// <summary>One requirement of a <see cref="LabelSelector"/>.</summary>
public sealed record LabelSelectorRequirement
{
    /// <summary>The label.</summary>
    [SchemaRequired]
    [SchemaMaxLength(317)]
    [SchemaDescription("The label.")]
    public string Key { get; set; } = "";

    /// <summary>In, NotIn, Exists or DoesNotExist.</summary>
    [SchemaRequired]
    [SchemaEnum("In", "NotIn", "Exists", "DoesNotExist")]
    [SchemaDescription("How the label is compared with the values.")]
    public string Operator { get; set; } = "";

    /// <summary>Values for In and NotIn.</summary>
    [SchemaItems(64)]
    [SchemaMaxLength(63)]
    [SchemaDescription("Values for In and NotIn.")]
    public IReadOnlyList<string>? Values { get; init; }
}
