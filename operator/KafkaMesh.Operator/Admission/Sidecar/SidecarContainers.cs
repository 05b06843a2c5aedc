using System.Text.Json;

namespace KafkaMesh.Operator.Admission.Sidecar;

/// <summary>The containers that a plan gives a pod.</summary>
/// <param name="Init">The one that redirects; null when nothing is redirected.</param>
/// <param name="Proxy">The sidecar.</param>
internal sealed record SidecarContainers(JsonElement? Init, JsonElement Proxy)
{
    /// <summary>Those of a plan.</summary>
    public static SidecarContainers Of(SidecarPlan plan) => new(plan.Redirects ? InitContainer.Create(plan) : null, ProxyContainer.Create(plan));
}
