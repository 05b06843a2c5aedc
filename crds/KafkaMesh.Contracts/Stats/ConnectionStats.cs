namespace KafkaMesh.Contracts.Stats;

/// <summary>Connections of one direction and protocol.</summary>
public sealed record ConnectionStats
{
    /// <summary><c>inbound</c> or <c>outbound</c>, seen from the pod.</summary>
    public string Direction { get; set; } = "";

    /// <summary><c>kafka</c>, <c>tls</c>, <c>http</c>, <c>sasl</c>, <c>silent</c>, <c>opaque</c> or <c>server_first</c>.</summary>
    public string Protocol { get; set; } = "";

    /// <summary>Open now.</summary>
    public long Open { get; init; }

    /// <summary>Ever; a connection counts once, under its last verdict.</summary>
    public long Total { get; init; }
}
