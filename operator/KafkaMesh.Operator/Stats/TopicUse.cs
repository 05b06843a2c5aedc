using KafkaMesh.Contracts.Stats;

namespace KafkaMesh.Operator.Stats;

/// <summary>What became of the records of a topic's series: they were produced, read, or replicated, which is neither.</summary>
internal static class TopicUse
{
    /// <summary>Whether they were produced.</summary>
    public static bool IsWrite(TopicStats topic) => topic.Api == "Produce";

    /// <summary>Whether a follower fetched them: a copy for the cluster, that no topic's figures show.</summary>
    public static bool IsReplication(TopicStats topic) => topic.Api == ApiStats.FollowerFetchApi;
}
