using KafkaMesh.Contracts.Stats;

namespace KafkaMesh.Proxy.Metrics;

/// <summary>
/// Client ids with the software that they named in ApiVersions (KIP-511). When the table is full, the client that was used least recently
/// makes room, if nobody has used it for <see cref="SeriesLimits.IdleTime"/>: client ids are made at random in many places, and those of processes
/// that are gone would hold the places for good. Asked once per connection and change of the id, not per frame.
/// </summary>
internal sealed class ClientTable
{
    private const int MaxKeyBytes = 512;

    // Never part of valid UTF-8, so it separates the three parts of a key.
    private const byte Separator = 0xFF;

    private static readonly long IdleTicks = Ticks.From(SeriesLimits.IdleTime);

    private readonly int _limit;
    private readonly Lock _changing = new();
    private readonly Dictionary<byte[], KnownClient> _clients = new(BytesComparer.Instance);
    private readonly Dictionary<byte[], KnownClient>.AlternateLookup<ReadOnlySpan<byte>> _byKey;
    private long _searchAgainAt = long.MinValue;

    /// <summary>An empty table.</summary>
    /// <param name="limit">How many clients are kept; 0 keeps none.</param>
    public ClientTable(int limit)
    {
        _limit = limit;
        _byKey = _clients.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    /// <summary>The clients, in the order of their ids.</summary>
    public List<ClientStats> ToList()
    {
        List<ClientStats> list;
        lock (_changing)
            list = [.. _clients.Values.Select(client => client.Stats)];
        return [.. list
            .OrderBy(client => client.ClientId, StringComparer.Ordinal)
            .ThenBy(client => client.Software, StringComparer.Ordinal)
            .ThenBy(client => client.SoftwareVersion, StringComparer.Ordinal)];
    }

    /// <summary>Remembers a client; known ones cost no allocation.</summary>
    /// <param name="clientId">Of the request header.</param>
    /// <param name="software">Empty when it named none.</param>
    /// <param name="version">Empty when it named none.</param>
    /// <param name="now">The time, <see cref="System.Diagnostics.Stopwatch"/> ticks.</param>
    /// <param name="hasEvicted">Another one made room.</param>
    /// <returns>Null when the table is full of clients in use.</returns>
    public KnownClient? Add(ReadOnlySpan<byte> clientId, ReadOnlySpan<byte> software, ReadOnlySpan<byte> version, long now, out bool hasEvicted)
    {
        hasEvicted = false;
        Span<byte> key = stackalloc byte[MaxKeyBytes];
        if (_limit == 0 || clientId.Length + software.Length + version.Length + 2 > key.Length)
            return null;
        var length = Append(key, 0, clientId);
        key[length++] = Separator;
        length = Append(key, length, software);
        key[length++] = Separator;
        length = Append(key, length, version);
        key = key[..length];
        lock (_changing)
        {
            if (!_byKey.TryGetValue(key, out var client))
            {
                if (_clients.Count >= _limit && !(hasEvicted = TryEvict(now)))
                    return null;
                client = new KnownClient(new ClientStats(NameText.FromUtf8(clientId), NameText.FromUtf8(software), NameText.FromUtf8(version)));
                _clients.Add(key.ToArray(), client);
            }

            client.LastUsed = now;
            return client;
        }
    }

    // A search that found everyone in use is not repeated before the first of them can have become idle.
    private bool TryEvict(long now)
    {
        if (now < _searchAgainAt)
            return false;
        var (oldest, client) = _clients.MinBy(entry => entry.Value.LastUsed);
        if (now - client.LastUsed < IdleTicks)
        {
            _searchAgainAt = client.LastUsed + IdleTicks;
            return false;
        }

        client.Evict();
        return _clients.Remove(oldest);
    }

    private static int Append(Span<byte> key, int length, ReadOnlySpan<byte> part)
    {
        part.CopyTo(key[length..]);
        key.Slice(length, part.Length).Replace(Separator, (byte)'?');
        return length + part.Length;
    }

    private sealed class BytesComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public static BytesComparer Instance { get; } = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] value) => GetHashCode(value.AsSpan());

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            var hash = default(HashCode); // seeded per process: hostile names cannot aim at one bucket
            hash.AddBytes(alternate);
            return hash.ToHashCode();
        }
    }
}
