using System.Text.Json.Nodes;
using KafkaMesh.Contracts.Monitors;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Operator.Admission.Monitors;
using KafkaMesh.Operator.Diagnosis;
using KafkaMesh.Operator.Diagnosis.Checks;
using KafkaMesh.Operator.Reconciliation;

namespace KafkaMesh.Operator.Commands.Status;

/// <summary>A KafkaMonitor as <c>kafkamesh status</c> shows it.</summary>
internal sealed class MonitorView
{
    /// <summary>Reads an object of the API server.</summary>
    /// <param name="json">The KafkaMonitor.</param>
    /// <param name="now">The time.</param>
    public MonitorView(JsonObject json, DateTimeOffset now)
    {
        var metadata = EntityType.RawMetadata(json);
        (Namespace, Name) = (metadata.NamespaceProperty ?? "", metadata.Name ?? "");
        RawStatus = json["status"] as JsonObject;
        Status = MonitorReader.ReadStatus(json);
        var monitor = MonitorReader.Read(json, out _);
        IsBehind = Status is not null && Status.ObservedGeneration != metadata.Generation;
        Age = Status is null ? null : MonitorChecks.AgeOfReport(Status, now);
        IsStale = Age > MonitorChecks.Oldest(monitor?.Spec ?? new KafkaMonitorSpec());
    }

    /// <summary>Its namespace.</summary>
    public string Namespace { get; }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Its status; null when nobody has written one.</summary>
    public KafkaMonitorStatus? Status { get; }

    /// <summary>The same as it was read.</summary>
    public JsonObject? RawStatus { get; }

    /// <summary>The status is about an older spec.</summary>
    public bool IsBehind { get; }

    /// <summary>How old the figures are; null when there are none.</summary>
    public TimeSpan? Age { get; }

    /// <summary>The figures are older than the interval explains: nobody looks any more, or no sidecar answers.</summary>
    public bool IsStale { get; }

    /// <summary>One word: healthy, degraded, waiting, unknown.</summary>
    public string Health => (Condition("Ready"), Condition("Degraded")) switch
    {
        _ when Status is null => "unknown",
        _ when IsStale => "stale",
        (_, { Status: "True" }) => "degraded",
        ({ Status: "True" }, _) => "healthy",
        (null, _) => "unknown",
        _ => "waiting",
    };

    /// <summary>One sentence that says why.</summary>
    public string Explanation
    {
        get
        {
            if (Status is null)
                return "The operator has not looked at it: see kafkamesh check.";
            if (IsStale)
                return $"The figures are {AgeText.Of(Age!.Value)} old: the operator does not look, or no sidecar answers; see kafkamesh check.";
            var telling = Condition("Degraded") is { Status: "True" } degraded ? degraded : Condition("Ready");
            return telling?.Message ?? "The operator has not judged it yet.";
        }
    }

    /// <summary>A condition.</summary>
    /// <param name="type">Its type.</param>
    public MonitorCondition? Condition(string type) => Status?.Conditions?.FirstOrDefault(c => c.Type == type);
}
