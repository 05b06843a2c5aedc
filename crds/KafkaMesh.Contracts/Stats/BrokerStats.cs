namespace KafkaMesh.Contracts.Stats;

/// <summary>Connections to one broker address, as the sidecar dials it.</summary>
public sealed record BrokerStats
{
    /// <summary>Most addresses in a report, besides <c>__other__</c>; a reader refuses more.</summary>
    public const int MaxBrokers = 128;

    /// <summary>Longest <see cref="Address"/> in characters: an IPv6 address with zone and port. A reader refuses longer and empty ones.</summary>
    public const int MaxAddressLength = 80;

    /// <summary><c>inbound</c> or <c>outbound</c>, seen from the pod.</summary>
    public string Direction { get; set; } = "";

    /// <summary>Address and port, <c>10.0.0.7:9092</c> or <c>[fd00::7]:9092</c>; <c>__other__</c> for those that made room.</summary>
    public string Address { get; set; } = "";

    /// <summary>Open now.</summary>
    public long Open { get; init; }

    /// <summary>Ever, those that failed included.</summary>
    public long Total { get; init; }

    /// <summary>Connections for which the address could not be reached.</summary>
    public long ConnectErrors { get; init; }
}
