using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Metrics;

/// <summary>Walks the topic series of a snapshot that have counted something.</summary>
internal static class TopicSeries
{
    /// <summary>Receives one series: direction, API, topic, records, bytes.</summary>
    public delegate void Visitor(RelayDirection direction, TopicApi api, NamedSeries topic, long records, long bytes);

    /// <summary>Visits every series with records or bytes: the topics that have a series now, and what was counted under <c>__other__</c>.</summary>
    /// <param name="snapshot">The counters.</param>
    /// <param name="visit">Receives them.</param>
    /// <param name="withRetired">Whether <c>__other__</c> also has what retired series had counted, so that the sum over all series never falls.</param>
    public static void ForEach(MetricsSnapshot snapshot, Visitor visit, bool withRetired = false)
    {
        var other = snapshot.Series.Topics.Other;
        foreach (var direction in Enum.GetValues<RelayDirection>())
        {
            foreach (var api in Enum.GetValues<TopicApi>())
            {
                foreach (var topic in snapshot.Topics)
                {
                    if (topic is not null)
                        Visit(direction, api, topic, 0, 0);
                }

                var sum = TopicCells.SumIndexOf(direction, api);
                if (withRetired)
                    Visit(direction, api, other, snapshot.RetiredTopics[sum], snapshot.RetiredTopics[sum + 1]);
                else
                    Visit(direction, api, other, 0, 0);
            }
        }

        void Visit(RelayDirection direction, TopicApi api, NamedSeries topic, long records, long bytes)
        {
            var cell = TopicCells.IndexOf(other.Index, direction, api, topic.Index);
            records += snapshot.TopicCells[cell];
            bytes += snapshot.TopicCells[cell + 1];
            if (records != 0 || bytes != 0)
                visit(direction, api, topic, records, bytes);
        }
    }
}
