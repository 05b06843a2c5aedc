using System.Net;
using KafkaMesh.Contracts;
using KafkaMesh.Contracts.Stats;
using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Metrics;

/// <summary>
/// The addresses that are dialled, with their connections. When the table is full, the address that was used least recently and has no open
/// connection makes room; what it had counted goes to <c>__other__</c>. Asked when a connection comes and goes, never for its bytes.
/// </summary>
internal sealed class BrokerTable
{
    private readonly Lock _changing = new();
    private readonly Dictionary<(RelayDirection Direction, IPEndPoint Address), BrokerCount> _brokers = [];
    private readonly BrokerCount[] _others = [.. Enum.GetValues<RelayDirection>().Select(direction => new BrokerCount(direction, WellKnownNames.OtherLabel))];
    private long _uses;

    /// <summary>Counts a connection that is about to be dialled.</summary>
    /// <returns>For <see cref="Close"/>.</returns>
    public BrokerCount Open(RelayDirection direction, IPEndPoint address)
    {
        lock (_changing)
        {
            var broker = Find(direction, address);
            broker.LastUsed = ++_uses;
            broker.Open++;
            broker.Total++;
            return broker;
        }
    }

    /// <summary>Counts the end of a connection.</summary>
    /// <param name="broker">What <see cref="Open"/> gave.</param>
    /// <param name="isFailed">The address was not reached.</param>
    public void Close(BrokerCount broker, bool isFailed)
    {
        lock (_changing)
        {
            broker.Open--;
            if (isFailed)
                broker.ConnectErrors++;
        }
    }

    /// <summary>All addresses, by direction and address.</summary>
    public List<BrokerStats> ToList()
    {
        lock (_changing)
        {
            return [.. _brokers.Values.Concat(_others.Where(other => other.Total > 0)).Select(broker => broker.ToReport())
                .OrderBy(broker => broker.Direction, StringComparer.Ordinal).ThenBy(broker => broker.Address, StringComparer.Ordinal)];
        }
    }

    private BrokerCount Find(RelayDirection direction, IPEndPoint address)
    {
        if (_brokers.TryGetValue((direction, address), out var known))
            return known;
        if (_brokers.Count >= BrokerStats.MaxBrokers && !TryEvict())
            return _others[(int)direction];
        return _brokers[(direction, address)] = new BrokerCount(direction, address.ToString());
    }

    private bool TryEvict()
    {
        var idle = _brokers.Where(entry => entry.Value.Open == 0).ToList();
        if (idle.Count == 0)
            return false;
        var (key, broker) = idle.MinBy(entry => entry.Value.LastUsed);
        _others[(int)key.Direction].Fold(broker);
        return _brokers.Remove(key);
    }
}
