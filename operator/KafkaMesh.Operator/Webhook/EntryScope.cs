using KafkaMesh.Contracts.Monitors;
using KafkaMesh.Operator.Admission.Monitors;

namespace KafkaMesh.Operator.Webhook;

/// <summary>For which pods the API server calls the webhook through one entry of the registration.</summary>
/// <param name="Name">Name of the entry, unique in the registration.</param>
/// <param name="Namespaces">Namespaces of the pods; empty when there are too many to list, then all but the protected ones.</param>
/// <param name="Selector">Labels of the pods; null for every pod of the namespaces.</param>
/// <param name="FailurePolicy">What the API server does with a pod when the webhook does not answer.</param>
/// <param name="Monitors">The monitors that are served through it.</param>
internal sealed record EntryScope(
    string Name, IReadOnlyList<string> Namespaces, LabelSelector? Selector, string FailurePolicy, IReadOnlyList<MonitorCandidate> Monitors);
