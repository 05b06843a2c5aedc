using System.Numerics;

namespace KafkaMesh.Fuzz;

/// <summary>
/// What an entry point said about an input. Pairs of events that follow each other are the features by which an input counts as
/// new: they stand in for the coverage of the code that says them.
/// </summary>
internal sealed class Transcript
{
    private const ulong Basis = 0xcbf29ce484222325;
    private const ulong Prime = 0x100000001b3;

    private readonly HashSet<ulong> _features = [];
    private ulong _previous;

    /// <summary>Of all events with their values, in order.</summary>
    public ulong Hash { get; private set; } = Basis;

    /// <summary>Events said.</summary>
    public int Events { get; private set; }

    /// <summary>Pairs of events that followed each other, and the magnitudes of values.</summary>
    public IReadOnlySet<ulong> Features => _features;

    /// <summary>Notes an event with a value.</summary>
    public void Say(int kind, long value = 0)
    {
        Hash = Mix(Mix(Hash, (ulong)kind), (ulong)value);
        Events++;
        var magnitude = 64u - (uint)BitOperations.LeadingZeroCount((ulong)Math.Max(value, 0));
        var current = ((ulong)(uint)kind << 8) | magnitude;
        _features.Add(Mix(_previous, current));
        _previous = (ulong)(uint)kind;
    }

    /// <summary>Notes an event with bytes.</summary>
    public void Say(int kind, ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
            Hash = Mix(Hash, value);
        Say(kind, bytes.Length);
    }

    /// <summary>Notes an event that differs by its text.</summary>
    public void SayText(int kind, string text)
    {
        var hash = Basis;
        foreach (var c in text)
            hash = Mix(hash, c);
        Say(kind + (int)((hash & 0xFFFF) << 8), text.Length);
    }

    private static ulong Mix(ulong hash, ulong value) => ((hash ^ value) * Prime) ^ (hash >> 29);
}
