using System.Text.Json;
using System.Text.Json.Nodes;
using KafkaMesh.Contracts;
using KafkaMesh.Contracts.Monitors;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Kubernetes.Watching;
using KafkaMesh.Operator.Admission.Monitors;

namespace KafkaMesh.Operator.Reconciliation;

/// <summary>Reads KafkaMonitors. They are raw in the cache, so that one that cannot be read hides no other.</summary>
internal static class MonitorReader
{
    /// <summary>Registration of KafkaMonitors, raw.</summary>
    public static EntityType<JsonObject> Type { get; } =
        EntityType.Raw(new EntityMetadata(WellKnownNames.Kind, WellKnownNames.Version, WellKnownNames.Group, WellKnownNames.Plural));

    /// <summary>Reads a monitor for injection.</summary>
    /// <returns>Null when its spec cannot be read; <paramref name="error"/> says why.</returns>
    public static MonitorCandidate? Read(JsonObject monitor, out string? error)
    {
        var metadata = EntityType.RawMetadata(monitor);
        error = null;
        try
        {
            if (monitor["spec"] is JsonObject json && json.Deserialize(ContractsJson.Default.KafkaMonitorSpec) is { } spec)
            {
                var created = metadata.CreationTimestamp is { } time ? Rfc3339Converter.Format(time) : "";
                return new MonitorCandidate(metadata.NamespaceProperty ?? "", metadata.Name ?? "", metadata.Generation ?? 0, created, spec);
            }
            error = "spec is missing";
        }
        catch (JsonException exception)
        {
            error = $"the spec cannot be read: {exception.Message.ReplaceLineEndings(" ")}";
        }
        return null;
    }

    /// <summary>Whether a change is more than a new status, which the operator itself writes all the time: the generation moves with the spec.</summary>
    public static bool IsMoreThanStatus(ResourceChange<JsonObject> change) =>
        change is not { Type: WatchEventType.Modified, Old: { } old, New: { } now } || GenerationOf(old) is not { } generation || generation != GenerationOf(now);

    /// <summary>Reads the stored status; null when there is none or it is unreadable, in which case it is written anew.</summary>
    public static KafkaMonitorStatus? ReadStatus(JsonObject monitor)
    {
        try
        {
            return (monitor["status"] as JsonObject)?.Deserialize(ContractsJson.Default.KafkaMonitorStatus);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static long? GenerationOf(JsonObject monitor) => (monitor["metadata"] as JsonObject)?["generation"]?.GetValue<long>();
}
