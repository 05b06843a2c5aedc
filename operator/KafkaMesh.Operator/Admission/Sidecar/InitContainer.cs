using System.Text.Json;
using KafkaMesh.Contracts;
using KafkaMesh.Operator.Admission.Patching;

namespace KafkaMesh.Operator.Admission.Sidecar;

/// <summary>The init container that writes the redirect rules. It may run again when the sandbox restarts.</summary>
internal static class InitContainer
{
    /// <summary>
    /// Runs as uid 0 with NET_ADMIN and NET_RAW alone: Kubernetes gives a non-root container no ambient capabilities, and
    /// iptables-legacy wants NET_RAW too. The rules are read back but not verified by connections: what cannot be proved (no route, a
    /// sidecar that listens already when the container is run again) would keep the pod from starting.
    /// </summary>
    public static JsonElement Create(SidecarPlan plan) => JsonScratch.Element(plan, Write);

    private static void Write(Utf8JsonWriter json, SidecarPlan plan)
    {
        json.WriteStartObject();
        ContainerParts.WriteProgram(json, plan, WellKnownNames.InitContainer, "init");
        WriteEnvironment(json, plan);
        ContainerParts.WriteBounds(json, plan, 0, "NET_ADMIN", "NET_RAW");
        if (plan.ShadowToken)
            SidecarVolume.WriteMounts(json);
        json.WriteEndObject();
    }

    private static void WriteEnvironment(Utf8JsonWriter json, SidecarPlan plan)
    {
        json.WriteStartArray("env"u8);
        ContainerParts.WriteVariable(json, "DOTNET_EnableDiagnostics", "0");
        ContainerParts.WriteVariable(json, "KAFKAMESH_PORTS", string.Join(',', plan.Spec.Ports.Order()));
        ContainerParts.WriteVariable(json, "KAFKAMESH_DIRECTION", plan.Spec.Direction.ToLowerInvariant());
        ContainerParts.WriteVariable(json, "KAFKAMESH_OUTBOUND_PORT", plan.Ports.Outbound);
        ContainerParts.WriteVariable(json, "KAFKAMESH_INBOUND_PORT", plan.Ports.Inbound);
        ContainerParts.WriteVariable(json, "KAFKAMESH_PROXY_UID", plan.UserId);
        if (plan.Ports.Admin != WellKnownNames.AdminPort)
            ContainerParts.WriteVariable(json, "KAFKAMESH_ADMIN_PORT", plan.Ports.Admin);
        if (plan.Spec.IncludeCIDRs is { Count: > 0 } included)
            ContainerParts.WriteVariable(json, "KAFKAMESH_INCLUDE_CIDRS", string.Join(',', included));
        if (plan.Spec.ExcludeCIDRs is { Count: > 0 } excluded)
            ContainerParts.WriteVariable(json, "KAFKAMESH_EXCLUDE_CIDRS", string.Join(',', excluded));

        // iptables-legacy locks a file, and the root file system is read-only.
        ContainerParts.WriteVariable(json, "XTABLES_LOCKFILE", "/dev/shm/kafkamesh-xtables.lock");
        json.WriteEndArray();
    }
}
