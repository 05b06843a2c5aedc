using System.Runtime;

namespace KafkaMesh.Benchmarks.Admission;

/// <summary>
/// As long as it is there this process collects no garbage. The API server of the bench lives in the caller's process: a collection stops the caller
/// for 4 to 10 ms, and its time would be counted as the webhook's.
/// </summary>
internal sealed class NoCollection : IDisposable
{
    private const long Room = 512L << 20;

    private readonly int _before;

    /// <summary>Makes room.</summary>
    public NoCollection()
    {
        _ = GC.TryStartNoGCRegion(Room);
        _before = GC.CollectionCount(0);
    }

    /// <summary>Collections that came all the same, because more was allocated than there was room for.</summary>
    public int Collections => GC.CollectionCount(0) - _before;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (GCSettings.LatencyMode == GCLatencyMode.NoGCRegion)
            GC.EndNoGCRegion();
    }
}
