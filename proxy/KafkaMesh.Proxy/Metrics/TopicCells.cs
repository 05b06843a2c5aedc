using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Metrics;

/// <summary>Records and bytes by direction, API and topic number on one loop; one array for all, of a size that the limit gives.</summary>
internal sealed class TopicCells(int limit)
{
    /// <summary>Number of values of <see cref="TopicApi"/>.</summary>
    public const int Apis = 3;

    private readonly long[] _cells = new long[CellCount(limit)];

    /// <summary>Cells that a limit needs.</summary>
    public static int CellCount(int limit) => IndexOf(limit, RelayDirection.Inbound, TopicApi.ShareFetch, limit) + 2;

    /// <summary>Place of the record count of a series; the bytes stand after it.</summary>
    public static int IndexOf(int limit, RelayDirection direction, TopicApi api, int topic) =>
        2 * (((((int)direction * Apis) + (int)api) * (limit + 1)) + topic);

    /// <summary>Counts the records of one partition in one frame.</summary>
    public void Add(RelayDirection direction, TopicApi api, int topic, long records, long bytes)
    {
        var index = IndexOf(limit, direction, api, topic);
        Cell.Add(ref _cells[index], records);
        Cell.Add(ref _cells[index + 1], bytes);
    }

    /// <summary>Adds everything counted so far; from any thread.</summary>
    public void AddTo(MetricsSnapshot total)
    {
        for (var i = 0; i < _cells.Length; i++)
            total.TopicCells[i] += Volatile.Read(ref _cells[i]);
    }
}
