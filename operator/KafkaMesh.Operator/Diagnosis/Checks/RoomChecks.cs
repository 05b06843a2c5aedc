using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json.Nodes;
using KafkaMesh.Contracts;
using KafkaMesh.Operator.Admission;
using KafkaMesh.Operator.Admission.Pods;
using KafkaMesh.Operator.Admission.Sidecar;
using KafkaMesh.Operator.Diagnosis.Reading;

namespace KafkaMesh.Operator.Diagnosis.Checks;

/// <summary>
/// KM604: whether the API server would refuse pods because of what a sidecar adds to them, or leave no pod room for one. ResourceQuotas
/// are checked behind the webhook, which does not know what is used of them; into LimitRanges of type Pod it fits the sidecar.
/// </summary>
internal static class RoomChecks
{
    private const string Advice = "Set spec.sidecar.resources of the KafkaMonitor, or change the quota or LimitRange.";

    // Where a quota or LimitRange counts limits of CPU, every container names one, and so does the sidecar.
    private static readonly FrozenSet<string> Cpu = ["cpu"];

    // Scopes of quotas that count pods with a sidecar, which has requests and so is never of best effort.
    private static readonly string[] CountingScopes = ["NotBestEffort", "NotTerminating"];

    /// <summary>Looks.</summary>
    /// <param name="room">Quotas and LimitRanges of a namespace.</param>
    /// <param name="facts">The namespace.</param>
    /// <param name="monitors">Its monitors that can be used.</param>
    public static Finding Look(RoomSight room, NamespaceFacts facts, IReadOnlyList<SeenMonitor> monitors)
    {
        if ((room.Quotas.Problem ?? room.Ranges.Problem) is { } problem)
            return CheckCodes.Room.Unknown(problem);
        foreach (var monitor in monitors)
        {
            var sidecar = ContainerParts.Resources(monitor.Monitor.Spec.Sidecar?.Resources, isGuaranteed: false, Cpu, facts.Limits?.Container, ImmutableHashSet<string>.Empty);
            if (facts.Limits?.Pod is { } ofPod && new PodLimitFit(new PodView([]), isNative: true, isGuaranteed: false, ofPod, facts.Limits.Container).Apply(sidecar) is { } tooMuch)
                return CheckCodes.Room.Warning($"no pod gets a sidecar of {monitor.Monitor.Name} ({SkipReason.LimitRange}): {tooMuch}", Advice);
            if ((room.Quotas.Value ?? []).Where(Counts).SelectMany(q => ByQuota(q, sidecar)).FirstOrDefault() is { } why)
                return CheckCodes.Room.Warning($"pods with the sidecar of {monitor.Monitor.Name} are refused: {why}", Advice);
        }
        return CheckCodes.Room.Ok("a pod with a sidecar finds room");
    }

    // Quotas of other scopes count some pods only (a priority class, pods with a deadline): whether they are the monitored ones is not known.
    private static bool Counts(JsonObject quota) =>
        (quota["spec"] as JsonObject)?["scopeSelector"] is null
        && ((quota["spec"] as JsonObject)?["scopes"] as JsonArray ?? []).All(scope => CountingScopes.Contains(scope?.ToString()));

    private static IEnumerable<string> ByQuota(JsonObject quota, JsonObject sidecar)
    {
        var name = EntityName(quota);
        var status = quota["status"] as JsonObject;
        foreach (var (key, hard) in (status?["hard"] ?? (quota["spec"] as JsonObject)?["hard"]) as JsonObject ?? [])
        {
            if (Part(key) is not var (part, resource) || QuantityValue.Of(hard) is not { } most)
                continue;
            if ((sidecar[part] as JsonObject)?[resource] is { } amount && most - (QuantityValue.Of((status?["used"] as JsonObject)?[key]) ?? 0) < QuantityValue.Of(amount))
                yield return $"of {key} the ResourceQuota {name} grants {hard}, of which {(status?["used"] as JsonObject)?[key]?.ToString() ?? "0"} is used, and the sidecar takes {amount}";
        }
    }

    private static (string Part, string Resource)? Part(string key) => key switch
    {
        "cpu" or "requests.cpu" => ("requests", "cpu"),
        "memory" or "requests.memory" => ("requests", "memory"),
        "limits.cpu" => ("limits", "cpu"),
        "limits.memory" => ("limits", "memory"),
        _ => null,
    };

    private static string EntityName(JsonObject json) => Kubernetes.Entities.EntityType.RawMetadata(json).Name ?? "";
}
