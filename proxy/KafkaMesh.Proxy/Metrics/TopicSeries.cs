using KafkaMesh.Contracts;
using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Metrics;

/// <summary>Walks the topic series of a snapshot that have counted something.</summary>
internal static class TopicSeries
{
    /// <summary>Receives one series: direction, API, topic, records, bytes.</summary>
    public delegate void Visitor(string direction, string api, string topic, long records, long bytes);

    /// <summary>Visits every series with records or bytes.</summary>
    public static void ForEach(MetricsSnapshot snapshot, Visitor visit)
    {
        var topics = snapshot.Series.Topics;
        var limit = snapshot.Series.Limits.Topics;
        foreach (var direction in Enum.GetValues<RelayDirection>())
        {
            foreach (var api in Enum.GetValues<TopicApi>())
            {
                for (var topic = 0; topic <= limit; topic++)
                {
                    var cell = TopicCells.IndexOf(limit, direction, api, topic);
                    if (snapshot.TopicCells[cell] == 0 && snapshot.TopicCells[cell + 1] == 0)
                        continue;
                    var name = topic == topics.Other ? WellKnownNames.OtherLabel : topics.NameOf(topic);
                    visit(MetricLabels.Of(direction), api.ToString(), name, snapshot.TopicCells[cell], snapshot.TopicCells[cell + 1]);
                }
            }
        }
    }
}
