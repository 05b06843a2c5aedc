using KafkaMesh.Operator.Dashboard.Views;
using KafkaMesh.Operator.Stats;

namespace KafkaMesh.Operator.Dashboard.Figures;

/// <summary>One edge while a topology is added up.</summary>
internal sealed class TopologyEdge
{
    private double? _recordsPerSecond;
    private double? _bytesPerSecond;
    private long _records;
    private long _connections;
    private long _connectErrors;

    /// <summary>Bytes in total.</summary>
    public long Bytes { get; private set; }

    /// <summary>Adds what a pod moved.</summary>
    public void Add(long records, long bytes)
    {
        _records = SaturatingSum.Add(_records, records);
        Bytes = SaturatingSum.Add(Bytes, bytes);
    }

    /// <summary>Adds what a pod moves.</summary>
    public void AddRate(double recordsPerSecond, double bytesPerSecond)
    {
        _recordsPerSecond = (_recordsPerSecond ?? 0) + recordsPerSecond;
        _bytesPerSecond = (_bytesPerSecond ?? 0) + bytesPerSecond;
    }

    /// <summary>Adds open connections, and those that could not be opened.</summary>
    public void AddConnections(long open, long errors)
    {
        _connections = SaturatingSum.Add(_connections, open);
        _connectErrors = SaturatingSum.Add(_connectErrors, errors);
    }

    /// <summary>As it is answered.</summary>
    public TopologyEdgeView ToView(string from, string to, string kind) => new(from, to, kind, _recordsPerSecond, _bytesPerSecond, _records, Bytes, _connections, _connectErrors);
}
