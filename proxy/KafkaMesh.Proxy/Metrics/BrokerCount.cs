using KafkaMesh.Contracts.Stats;
using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Metrics;

/// <summary>Counters of one broker address; changed by <see cref="BrokerTable"/> only, under its lock.</summary>
internal sealed class BrokerCount(RelayDirection direction, string address)
{
    /// <summary>Open now.</summary>
    public long Open { get; set; }

    /// <summary>Ever.</summary>
    public long Total { get; set; }

    /// <summary>Could not be reached.</summary>
    public long ConnectErrors { get; set; }

    /// <summary>Grows with every use of the table: the smallest was used least recently.</summary>
    public long LastUsed { get; set; }

    /// <summary>Takes over what another one had counted.</summary>
    public void Fold(BrokerCount other)
    {
        Total += other.Total;
        ConnectErrors += other.ConnectErrors;
    }

    /// <summary>As it is reported.</summary>
    public BrokerStats ToReport() => new()
    {
        Direction = MetricLabels.Of(direction),
        Address = address,
        Open = Open,
        Total = Total,
        ConnectErrors = ConnectErrors,
    };
}
