using KafkaMesh.Contracts.Stats;

namespace KafkaMesh.Proxy.Metrics;

/// <summary>Client ids with the software that they named in ApiVersions (KIP-511).</summary>
internal sealed class ClientTable
{
    // Never part of valid UTF-8, so it separates the three parts of a key.
    private const byte Separator = 0xFF;

    private readonly NameTable _keys;

    /// <summary>An empty table.</summary>
    /// <param name="limit">How many clients are kept; 0 keeps none.</param>
    public ClientTable(int limit) => _keys = new NameTable(limit);

    /// <summary>How many clients are kept.</summary>
    public int Count => _keys.Count;

    /// <summary>Remembers a client; known ones cost no allocation.</summary>
    /// <returns>False when the table is full.</returns>
    public bool Add(ReadOnlySpan<byte> clientId, ReadOnlySpan<byte> software, ReadOnlySpan<byte> version)
    {
        Span<byte> key = stackalloc byte[NameTable.MaxNameBytes];
        if (clientId.Length + software.Length + version.Length + 2 > key.Length)
            return false;
        var length = Append(key, 0, clientId);
        key[length++] = Separator;
        length = Append(key, length, software);
        key[length++] = Separator;
        length = Append(key, length, version);
        return _keys.IndexOf(key[..length]) != _keys.Other;
    }

    /// <summary>The client of a number below <see cref="Count"/>.</summary>
    public ClientStats Get(int index)
    {
        var key = _keys.BytesOf(index);
        var first = key.IndexOf(Separator);
        var second = first + 1 + key[(first + 1)..].IndexOf(Separator);
        return new ClientStats(
            NameText.FromUtf8(key[..first]),
            NameText.FromUtf8(key[(first + 1)..second]),
            NameText.FromUtf8(key[(second + 1)..]));
    }

    private static int Append(Span<byte> key, int length, ReadOnlySpan<byte> part)
    {
        part.CopyTo(key[length..]);
        key.Slice(length, part.Length).Replace(Separator, (byte)'?');
        return length + part.Length;
    }
}
