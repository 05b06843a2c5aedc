using System.Globalization;
using System.Text.Json.Nodes;
using KafkaMesh.Contracts;

namespace KafkaMesh.Operator.Admission.Sidecar;

/// <summary>The init container that writes the redirect rules. It may run again when the sandbox restarts.</summary>
internal static class InitContainer
{
    /// <summary>
    /// Runs as uid 0 with NET_ADMIN and NET_RAW alone: Kubernetes gives a non-root container no ambient capabilities, and
    /// iptables-legacy wants NET_RAW too. The rules are read back but not verified by connections: what cannot be proved (no route, a
    /// sidecar that listens already when the container is run again) would keep the pod from starting.
    /// </summary>
    public static JsonObject Create(SidecarPlan plan)
    {
        var container = new JsonObject
        {
            ["name"] = WellKnownNames.InitContainer,
            ["image"] = plan.Image,
            ["imagePullPolicy"] = plan.ImagePullPolicy,
            ["args"] = new JsonArray("init"),
            ["env"] = Environment(plan),
            ["resources"] = plan.Resources.DeepClone(),
            ["securityContext"] = ContainerParts.SecurityContext(plan, 0, "NET_ADMIN", "NET_RAW"),
            ["terminationMessagePolicy"] = "FallbackToLogsOnError",
        };
        if (plan.ShadowToken)
            container["volumeMounts"] = SidecarVolume.Mounts();
        return container;
    }

    private static JsonArray Environment(SidecarPlan plan)
    {
        var env = new JsonArray(
            ContainerParts.Variable("DOTNET_EnableDiagnostics", "0"),
            ContainerParts.Variable("KAFKAMESH_PORTS", string.Join(',', plan.Spec.Ports.Order())),
            ContainerParts.Variable("KAFKAMESH_DIRECTION", plan.Spec.Direction.ToLowerInvariant()),
            ContainerParts.Variable("KAFKAMESH_OUTBOUND_PORT", Text(plan.Ports.Outbound)),
            ContainerParts.Variable("KAFKAMESH_INBOUND_PORT", Text(plan.Ports.Inbound)),
            ContainerParts.Variable("KAFKAMESH_PROXY_UID", Text(plan.UserId)));
        if (plan.Ports.Admin != WellKnownNames.AdminPort)
            env.Add(ContainerParts.Variable("KAFKAMESH_ADMIN_PORT", Text(plan.Ports.Admin)));
        if (plan.Spec.IncludeCIDRs is { Count: > 0 } included)
            env.Add(ContainerParts.Variable("KAFKAMESH_INCLUDE_CIDRS", string.Join(',', included)));
        if (plan.Spec.ExcludeCIDRs is { Count: > 0 } excluded)
            env.Add(ContainerParts.Variable("KAFKAMESH_EXCLUDE_CIDRS", string.Join(',', excluded)));

        // iptables-legacy locks a file, and the root file system is read-only.
        env.Add(ContainerParts.Variable("XTABLES_LOCKFILE", "/dev/shm/kafkamesh-xtables.lock"));
        return env;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
