using KafkaMesh.Contracts.Stats;
using KafkaMesh.Operator.Stats;

namespace KafkaMesh.Operator.Dashboard.Figures;

/// <summary>Records and bytes of a topic; in is fetched, out is produced.</summary>
/// <param name="RecordsIn">Records fetched.</param>
/// <param name="RecordsOut">Records produced.</param>
/// <param name="BytesIn">Bytes fetched.</param>
/// <param name="BytesOut">Bytes produced.</param>
internal readonly record struct TopicCount(long RecordsIn, long RecordsOut, long BytesIn, long BytesOut)
{
    /// <summary>Adds a series of a report that is no replication, or with sign −1 takes it away.</summary>
    public TopicCount Plus(TopicStats topic, int sign) => TopicUse.IsWrite(topic)
        ? this with { RecordsOut = SaturatingSum.Add(RecordsOut, sign * topic.Records), BytesOut = SaturatingSum.Add(BytesOut, sign * topic.Bytes) }
        : this with { RecordsIn = SaturatingSum.Add(RecordsIn, sign * topic.Records), BytesIn = SaturatingSum.Add(BytesIn, sign * topic.Bytes) };

    /// <summary>What one sidecar counted of each topic, without replication.</summary>
    /// <param name="topics">Series of a report.</param>
    /// <param name="isCounted">Which of them.</param>
    public static Dictionary<string, TopicCount> ByTopic(IEnumerable<TopicStats> topics, Func<TopicStats, bool> isCounted)
    {
        var result = new Dictionary<string, TopicCount>(StringComparer.Ordinal);
        foreach (var topic in topics.Where(t => isCounted(t) && !TopicUse.IsReplication(t)))
            result[topic.Topic] = result.GetValueOrDefault(topic.Topic).Plus(topic, 1);
        return result;
    }

    /// <summary>What one sidecar counted of each topic in its last interval; a topic that came back counts from 0 again.</summary>
    public static Dictionary<string, TopicCount> Changes(SidecarFigures sidecar, Func<TopicStats, bool> isCounted)
    {
        var result = ByTopic(sidecar.Report.Topics, isCounted);
        var lives = sidecar.Report.Topics.Select(t => (t.Direction, t.Api, t.Topic, t.Since)).ToHashSet();
        foreach (var before in (sidecar.Previous?.Topics ?? []).Where(t => isCounted(t) && !TopicUse.IsReplication(t) && lives.Contains((t.Direction, t.Api, t.Topic, t.Since))))
            result[before.Topic] = result[before.Topic].Plus(before, -1);
        return result;
    }
}
