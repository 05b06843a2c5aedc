using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Metrics;

/// <summary>Records and bytes by direction, API and topic number on one loop; one array for all, of a size that the limit gives.</summary>
internal sealed class TopicCells(TopicTable topics)
{
    /// <summary>Number of values of <see cref="TopicApi"/>.</summary>
    public const int Apis = 4;

    /// <summary>Number of sums over all topics: records and bytes by direction and API.</summary>
    public static int SumCount => 2 * MetricLabels.Directions * Apis;

    private readonly long[] _cells = new long[CellCount(topics.Other.Index)];
    private readonly long[] _retired = new long[SumCount];
    private int _settled;

    /// <summary>Cells that a limit needs.</summary>
    public static int CellCount(int limit) => SumCount * (limit + 1);

    /// <summary>Place of the record count of a series; the bytes stand after it.</summary>
    public static int IndexOf(int limit, RelayDirection direction, TopicApi api, int topic) => (SumIndexOf(direction, api) * (limit + 1)) + (2 * topic);

    /// <summary>Place of a record count in sums over all topics; the bytes stand after it.</summary>
    public static int SumIndexOf(RelayDirection direction, TopicApi api) => 2 * (((int)direction * Apis) + (int)api);

    /// <summary>Counts the records of one partition in one frame.</summary>
    /// <returns>False when they were counted under <c>__other__</c>.</returns>
    public bool Add(RelayDirection direction, TopicApi api, NamedSeries topic, long records, long bytes)
    {
        if (topic.IsRetired)
            topic = topics.Other;
        var index = IndexOf(topics.Other.Index, direction, api, topic.Index);
        Cell.Add(ref _cells[index], records);
        Cell.Add(ref _cells[index + 1], bytes);
        return topic != topics.Other;
    }

    /// <summary>
    /// Moves what retired topics had counted to the retired sums; on the loop's thread, outside of any frame. While somebody reads, it is
    /// put off to the next call: the loop waits for nobody.
    /// </summary>
    public void Settle()
    {
        if (_settled == topics.Retirement || !topics.Moving.TryEnter())
            return;
        try
        {
            foreach (var topic in topics.Retiring)
                Move(topic.Index);
            _settled = topics.Retirement;
            topics.NoteSettled();
        }
        finally
        {
            topics.Moving.Exit();
        }
    }

    /// <summary>Adds everything counted so far; from any thread that holds <see cref="TopicTable.Moving"/>.</summary>
    public void AddTo(MetricsSnapshot total)
    {
        for (var i = 0; i < _cells.Length; i++)
            total.TopicCells[i] += Volatile.Read(ref _cells[i]);
        for (var i = 0; i < _retired.Length; i++)
            total.RetiredTopics[i] += _retired[i];
    }

    private void Move(int topic)
    {
        for (var sum = 0; sum < SumCount; sum += 2)
        {
            var cell = (sum * (topics.Other.Index + 1)) + (2 * topic);
            _retired[sum] += _cells[cell];
            _retired[sum + 1] += _cells[cell + 1];
            Volatile.Write(ref _cells[cell], 0);
            Volatile.Write(ref _cells[cell + 1], 0);
        }
    }
}
