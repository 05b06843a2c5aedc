using KafkaMesh.Proxy.Metrics;

namespace KafkaMesh.Proxy.Sessions;

/// <summary>
/// A short text that one thread changes now and then and others read: a sequence lock, odd while it is being written. Writing costs two
/// fences and allocates only to grow, once.
/// </summary>
internal sealed class SharedText
{
    private const int Attempts = 4;

    private readonly int _capacity;
    private byte[] _bytes = [];
    private int _length = -1;
    private int _sequence;

    /// <summary>No text.</summary>
    /// <param name="capacity">Most bytes.</param>
    public SharedText(int capacity) => _capacity = capacity;

    /// <summary>Bytes; −1 for none. For the writer.</summary>
    public int Length => _length;

    /// <summary>The text. For the writer.</summary>
    public ReadOnlySpan<byte> Span => _bytes.AsSpan(0, Math.Max(_length, 0));

    /// <summary>Replaces the text.</summary>
    /// <param name="utf8">At most the capacity.</param>
    /// <param name="length">Its length, or −1 for none.</param>
    public void Write(ReadOnlySpan<byte> utf8, int length)
    {
        Interlocked.Increment(ref _sequence);
        if (utf8.Length > _bytes.Length)
            Volatile.Write(ref _bytes, new byte[_bytes.Length == 0 ? utf8.Length : _capacity]);
        utf8.CopyTo(_bytes);
        _length = length;
        Interlocked.Increment(ref _sequence);
    }

    /// <summary>The text, safe to print (<see cref="NameText"/>); null for none, and when it changes faster than it can be read. From any thread.</summary>
    public string? Read()
    {
        for (var i = 0; i < Attempts; i++)
        {
            var before = Volatile.Read(ref _sequence);
            if ((before & 1) != 0)
                continue;
            var bytes = Volatile.Read(ref _bytes);
            var length = _length;
            var copy = bytes.AsSpan(0, Math.Clamp(length, 0, bytes.Length)).ToArray();
            Interlocked.MemoryBarrier();
            if (Volatile.Read(ref _sequence) == before)
                return length < 0 ? null : NameText.FromUtf8(copy);
        }

        return null;
    }
}
