using System.Globalization;
using System.Text.Json.Nodes;
using KafkaMesh.Contracts;
using KafkaMesh.Contracts.Monitors;

namespace KafkaMesh.Operator.Admission.Sidecar;

/// <summary>The sidecar container.</summary>
internal static class ProxyContainer
{
    private const string AdminPortName = "kafkamesh-admin";
    private const int DefaultTopics = 200;
    private const int DefaultClients = 100;
    private const int DefaultGroups = 100;

    /// <summary>
    /// The container without a readiness probe: a sidecar in trouble must not make the pod unready. A native one has a
    /// startup probe, so that the application starts when the sidecar listens.
    /// </summary>
    public static JsonObject Create(SidecarPlan plan)
    {
        var container = new JsonObject
        {
            ["name"] = WellKnownNames.ProxyContainer,
            ["image"] = plan.Image,
            ["imagePullPolicy"] = plan.ImagePullPolicy,
            ["args"] = new JsonArray("run"),
            ["env"] = Environment(plan),
            ["ports"] = new JsonArray(new JsonObject { ["name"] = AdminPortName, ["containerPort"] = plan.Ports.Admin, ["protocol"] = "TCP" }),
            ["resources"] = plan.Resources.DeepClone(),
            ["securityContext"] = ContainerParts.SecurityContext(plan, plan.UserId),
            ["terminationMessagePolicy"] = "FallbackToLogsOnError",
            ["livenessProbe"] = Probe(plan, "/livez", periodSeconds: 10, failureThreshold: 3),
        };
        if (plan.Native)
        {
            container["restartPolicy"] = "Always";
            container["startupProbe"] = Probe(plan, "/readyz", periodSeconds: 1, failureThreshold: 60);
        }
        if (plan.ShadowToken)
            container["volumeMounts"] = SidecarVolume.Mounts();
        return container;
    }

    private static JsonArray Environment(SidecarPlan plan)
    {
        var env = new JsonArray(
            ContainerParts.Variable("DOTNET_EnableDiagnostics", "0"),
            ContainerParts.Variable("DOTNET_gcServer", "0"),
            ContainerParts.FieldVariable("KAFKAMESH_POD", "metadata.name"),
            ContainerParts.FieldVariable("KAFKAMESH_NAMESPACE", "metadata.namespace"),
            ContainerParts.Variable("KAFKAMESH_MONITOR", plan.Monitor.Name),
            ContainerParts.Variable("KAFKAMESH_MODE", plan.Redirects ? "transparent" : "forward"),
            ContainerParts.Variable("KAFKAMESH_ADMIN_PORT", Text(plan.Ports.Admin)),
            ContainerParts.Variable("KAFKAMESH_DRAIN_TIMEOUT", Text(plan.DrainSeconds)),
            ContainerParts.Variable("KAFKAMESH_LOG_LEVEL", plan.Spec.Sidecar?.LogLevel ?? "info"),
            ContainerParts.Variable("KAFKAMESH_TOPICS_LIMIT", Text(Limit(plan.Spec.Metrics?.Topics, DefaultTopics))),
            ContainerParts.Variable("KAFKAMESH_CLIENTS_LIMIT", Text(Limit(plan.Spec.Metrics?.Clients, DefaultClients))),
            ContainerParts.Variable("KAFKAMESH_GROUPS_LIMIT", Text(Limit(plan.Spec.Metrics?.Groups, DefaultGroups))));
        if (!plan.Native)
        {
            // A native one gets the signal when the application has ended; what holds sockets then ends after it.
            env.Add(ContainerParts.Variable("KAFKAMESH_WAIT_FOR_APPLICATION", "true"));
        }
        if (plan.Defaults.AccessKey is { } accessKey)
        {
            env.Add(ContainerParts.FieldVariable("KAFKAMESH_POD_UID", "metadata.uid"));
            env.Add(ContainerParts.Variable("KAFKAMESH_ACCESS_KEY", accessKey));
        }
        if (plan.Redirects)
        {
            env.Add(ContainerParts.Variable("KAFKAMESH_OUTBOUND_PORT", Text(plan.Ports.Outbound)));
            env.Add(ContainerParts.Variable("KAFKAMESH_INBOUND_PORT", Text(plan.Ports.Inbound)));
            if (plan.Probes.Count > 0)
                env.Add(ContainerParts.Variable("KAFKAMESH_PROBE_PORTS", string.Join(',', plan.Probes.Select(p => p.Port).Distinct().Order())));
        }
        else
        {
            var rules = (plan.Spec.Forward ?? []).Select(r => $"127.0.0.1:{Text(r.Listen)}={r.Target}");
            env.Add(ContainerParts.Variable("KAFKAMESH_FORWARD", string.Join(',', rules)));
        }
        return env;
    }

    private static JsonObject Probe(SidecarPlan plan, string path, int periodSeconds, int failureThreshold) => new()
    {
        ["httpGet"] = new JsonObject { ["path"] = path, ["port"] = plan.Ports.Admin, ["scheme"] = "HTTP" },
        ["periodSeconds"] = periodSeconds,
        ["timeoutSeconds"] = 2,
        ["failureThreshold"] = failureThreshold,
    };

    private static int Limit(DimensionSpec? dimension, int byDefault) =>
        dimension is null ? byDefault : dimension.Enabled ? dimension.Limit ?? byDefault : 0;

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
