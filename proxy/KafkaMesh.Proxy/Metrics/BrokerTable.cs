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

    // By direction. Keys that hold the direction would be generic code over an enum, which .NET compiles before the first byte is relayed.
    private readonly Dictionary<IPEndPoint, BrokerCount>[] _brokers = [[], []];
    private readonly BrokerCount[] _others = [new(RelayDirection.Outbound, WellKnownNames.OtherLabel), new(RelayDirection.Inbound, WellKnownNames.OtherLabel)];
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
            return [.. _brokers.SelectMany(brokers => brokers.Values).Concat(_others.Where(other => other.Total > 0)).Select(broker => broker.ToReport())
                .OrderBy(broker => broker.Direction, StringComparer.Ordinal).ThenBy(broker => broker.Address, StringComparer.Ordinal)];
        }
    }

    private BrokerCount Find(RelayDirection direction, IPEndPoint address)
    {
        var brokers = _brokers[(int)direction];
        if (brokers.TryGetValue(address, out var known))
            return known;
        if (_brokers[0].Count + _brokers[1].Count >= BrokerStats.MaxBrokers && !TryEvict())
            return _others[(int)direction];
        return brokers[address] = new BrokerCount(direction, address.ToString());
    }

    private bool TryEvict()
    {
        BrokerCount? oldest = null;
        IPEndPoint? address = null;
        var direction = 0;
        for (var i = 0; i < _brokers.Length; i++)
        {
            foreach (var (key, broker) in _brokers[i])
            {
                if (broker.Open > 0 || broker.LastUsed >= oldest?.LastUsed)
                    continue;
                (oldest, address, direction) = (broker, key, i);
            }
        }

        if (oldest is null)
            return false;
        _others[direction].Fold(oldest);
        return _brokers[direction].Remove(address!);
    }
}
