using KafkaMesh.Contracts.Monitors;
using KafkaMesh.Operator.Admission.Monitors;

namespace KafkaMesh.Operator.Tests.Webhook;

/// <summary>Makes monitors.</summary>
internal static class Candidates
{
    /// <summary>One monitor of the pods labelled <c>app=NAME</c>.</summary>
    public static MonitorCandidate Of(string namespaceName, string name, string failurePolicy = WebhookFailurePolicy.Ignore, string created = "2026-01-01T00:00:00Z") => new(
        namespaceName,
        name,
        Generation: 1,
        created,
        new KafkaMonitorSpec { Selector = new LabelSelector { MatchLabels = new Dictionary<string, string> { ["app"] = name } }, FailurePolicy = failurePolicy });

    /// <summary>Many monitors, spread over namespaces.</summary>
    public static IReadOnlyList<MonitorCandidate> Many(int monitors, int namespaces, string failurePolicy = WebhookFailurePolicy.Ignore) =>
        [.. Enumerable.Range(0, monitors).Select(i => Of($"team-{i % namespaces:d4}", $"orders-{i:d5}", failurePolicy, $"2026-01-01T{i / 3600 % 24:d2}:{i / 60 % 60:d2}:{i % 60:d2}Z"))];
}
