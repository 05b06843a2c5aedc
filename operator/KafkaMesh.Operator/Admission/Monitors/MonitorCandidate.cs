using KafkaMesh.Contracts.Monitors;

namespace KafkaMesh.Operator.Admission.Monitors;

/// <summary>A KafkaMonitor as injection sees it.</summary>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Name">Its name.</param>
/// <param name="Generation">metadata.generation of the spec.</param>
/// <param name="CreationTimestamp">metadata.creationTimestamp, RFC 3339; the oldest monitor of a pod wins.</param>
/// <param name="Spec">The spec.</param>
internal sealed record MonitorCandidate(string Namespace, string Name, long Generation, string CreationTimestamp, KafkaMonitorSpec Spec)
{
    /// <summary>Oldest first; equal age by name. RFC 3339 in UTC sorts as text.</summary>
    public static int CompareByAge(MonitorCandidate left, MonitorCandidate right)
    {
        var byTime = string.CompareOrdinal(left.CreationTimestamp, right.CreationTimestamp);
        return byTime != 0 ? byTime : string.CompareOrdinal(left.Name, right.Name);
    }
}
