using KafkaMesh.Contracts.Schema;

namespace KafkaMesh.Contracts.Monitors;

/// <summary>Totals of one topic; in = fetched by the pods, out = produced by them.</summary>
public sealed record TopicStatus
{
    /// <summary>The topic.</summary>
    [SchemaRequired]
    [SchemaMaxLength(249)]
    [SchemaDescription("The topic.")]
    public string Name { get; set; } = "";

    /// <summary>Records fetched.</summary>
    [SchemaRange(0)]
    [SchemaDescription("Records fetched.")]
    public long RecordsIn { get; init; }

    /// <summary>Records produced.</summary>
    [SchemaRange(0)]
    [SchemaDescription("Records produced.")]
    public long RecordsOut { get; init; }

    /// <summary>Record bytes fetched.</summary>
    [SchemaRange(0)]
    [SchemaDescription("Record bytes fetched.")]
    public long BytesIn { get; init; }

    /// <summary>Record bytes produced.</summary>
    [SchemaRange(0)]
    [SchemaDescription("Record bytes produced.")]
    public long BytesOut { get; init; }
}
