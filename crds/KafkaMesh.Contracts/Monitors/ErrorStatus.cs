using KafkaMesh.Contracts.Schema;

namespace KafkaMesh.Contracts.Monitors;

/// <summary>One error code of one API.</summary>
public sealed record ErrorStatus
{
    /// <summary>Kafka's API key.</summary>
    [SchemaRequired]
    [SchemaRange(-32768, 32767)]
    [SchemaDescription("Kafka's API key.")]
    public int ApiKey { get; init; }

    /// <summary>Kafka's name of the API.</summary>
    [SchemaMaxLength(64)]
    [SchemaDescription("Kafka's name of the API.")]
    public string Name { get; set; } = "";

    /// <summary>Kafka's name of the error, such as NOT_LEADER_OR_FOLLOWER.</summary>
    [SchemaRequired]
    [SchemaMaxLength(64)]
    [SchemaDescription("Kafka's name of the error.")]
    public string Error { get; set; } = "";

    /// <summary>How often.</summary>
    [SchemaRange(0)]
    [SchemaDescription("How often.")]
    public long Count { get; init; }
}
