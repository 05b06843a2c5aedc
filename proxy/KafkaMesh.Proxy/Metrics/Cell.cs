using System.Runtime.CompilerServices;

namespace KafkaMesh.Proxy.Metrics;

/// <summary>A counter that one thread writes without lock and any thread reads whole.</summary>
internal static class Cell
{
    /// <summary>Adds to a cell of which the caller is the only writer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(ref long cell, long value) => Volatile.Write(ref cell, cell + value);
}
