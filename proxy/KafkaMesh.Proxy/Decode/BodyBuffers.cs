using System.Buffers;
using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Decode;

/// <summary>Collects the bodies that are on their way, within a limit for each and one for all together.</summary>
internal sealed class BodyBuffers
{
    /// <summary>Longest body kept, in bytes.</summary>
    public const int MaxBody = 64 << 20;

    /// <summary>Most bytes kept at a time.</summary>
    public const long MaxTotal = 512 << 20;

    private readonly Dictionary<(long Connection, RelayFlow Flow), ArrayBufferWriter<byte>> _bodies = [];
    private readonly HashSet<(long Connection, RelayFlow Flow)> _cut = [];
    private long _total;

    /// <summary>Keeps a piece, or gives the body up when it gets too long.</summary>
    public void Add((long Connection, RelayFlow Flow) key, ReadOnlySpan<byte> piece, bool isFirst)
    {
        if (isFirst)
            Drop(key);
        if (_cut.Contains(key))
            return;
        if (!_bodies.TryGetValue(key, out var body))
            _bodies[key] = body = new ArrayBufferWriter<byte>();
        if (body.WrittenCount + piece.Length > MaxBody || _total + piece.Length > MaxTotal)
        {
            Drop(key);
            _cut.Add(key);
            return;
        }

        body.Write(piece);
        _total += piece.Length;
    }

    /// <summary>Takes a body out.</summary>
    /// <returns>Whether all of it was kept.</returns>
    public bool TryTake((long Connection, RelayFlow Flow) key, out ReadOnlyMemory<byte> body)
    {
        body = _bodies.TryGetValue(key, out var kept) ? kept.WrittenMemory : default;
        Drop(key);
        return kept is not null;
    }

    private void Drop((long Connection, RelayFlow Flow) key)
    {
        _cut.Remove(key);
        if (_bodies.Remove(key, out var body))
            _total -= body.WrittenCount;
    }
}
