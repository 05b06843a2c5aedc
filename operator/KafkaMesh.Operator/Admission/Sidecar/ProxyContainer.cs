using System.Globalization;
using System.Text.Json;
using KafkaMesh.Contracts;
using KafkaMesh.Contracts.Monitors;
using KafkaMesh.Operator.Admission.Patching;

namespace KafkaMesh.Operator.Admission.Sidecar;

/// <summary>The sidecar container.</summary>
internal static class ProxyContainer
{
    private const string AdminPortName = "kafkamesh-admin";
    private const int DefaultTopics = 200;
    private const int DefaultClients = 100;
    private const int DefaultGroups = 100;

    /// <summary>How long a sidecar may take to listen before it is started again.</summary>
    private const int StartSeconds = 60;

    /// <summary>
    /// The container without a readiness probe: a sidecar in trouble must not make the pod unready. A native one has a
    /// startup probe, so that the application starts when the sidecar listens; a plain one, which stands first, waits for that in its postStart hook,
    /// before whose end a kubelet does not start the containers behind it (https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/).
    /// </summary>
    public static JsonElement Create(SidecarPlan plan) => JsonScratch.Element(plan, Write);

    private static void Write(Utf8JsonWriter json, SidecarPlan plan)
    {
        json.WriteStartObject();
        ContainerParts.WriteProgram(json, plan, WellKnownNames.ProxyContainer, "run");
        WriteEnvironment(json, plan);
        WritePorts(json, plan);
        ContainerParts.WriteBounds(json, plan, plan.UserId);
        WriteProbe(json, "livenessProbe"u8, plan, "/livez", periodSeconds: 10, failureThreshold: 3);
        if (plan.Native)
        {
            json.WriteString("restartPolicy"u8, "Always"u8);
            WriteProbe(json, "startupProbe"u8, plan, "/readyz", periodSeconds: 1, failureThreshold: StartSeconds);
        }
        else
        {
            WriteWait(json);
        }
        if (plan.ShadowToken)
            SidecarVolume.WriteMounts(json);
        json.WriteEndObject();
    }

    private static void WriteEnvironment(Utf8JsonWriter json, SidecarPlan plan)
    {
        json.WriteStartArray("env"u8);
        ContainerParts.WriteVariable(json, "DOTNET_EnableDiagnostics", "0");
        ContainerParts.WriteVariable(json, "DOTNET_gcServer", "0");
        ContainerParts.WriteFieldVariable(json, "KAFKAMESH_POD", "metadata.name");
        ContainerParts.WriteFieldVariable(json, "KAFKAMESH_NAMESPACE", "metadata.namespace");
        ContainerParts.WriteVariable(json, "KAFKAMESH_MONITOR", plan.Monitor.Name);
        ContainerParts.WriteVariable(json, "KAFKAMESH_MODE", plan.Redirects ? "transparent" : "forward");
        ContainerParts.WriteVariable(json, "KAFKAMESH_ADMIN_PORT", plan.Ports.Admin);
        ContainerParts.WriteVariable(json, "KAFKAMESH_DRAIN_TIMEOUT", plan.DrainSeconds);
        ContainerParts.WriteVariable(json, "KAFKAMESH_LOG_LEVEL", plan.Spec.Sidecar?.LogLevel ?? "info");
        ContainerParts.WriteVariable(json, "KAFKAMESH_TOPICS_LIMIT", Limit(plan.Spec.Metrics?.Topics, DefaultTopics));
        ContainerParts.WriteVariable(json, "KAFKAMESH_CLIENTS_LIMIT", Limit(plan.Spec.Metrics?.Clients, DefaultClients));
        ContainerParts.WriteVariable(json, "KAFKAMESH_GROUPS_LIMIT", Limit(plan.Spec.Metrics?.Groups, DefaultGroups));
        if (!plan.Native)
        {
            // A native one gets the signal when the application has ended; what holds sockets then ends after it.
            ContainerParts.WriteVariable(json, "KAFKAMESH_WAIT_FOR_APPLICATION", "true");
        }
        if (plan.Defaults.AccessKey is { } accessKey)
        {
            ContainerParts.WriteFieldVariable(json, "KAFKAMESH_POD_UID", "metadata.uid");
            ContainerParts.WriteVariable(json, "KAFKAMESH_ACCESS_KEY", accessKey);
        }
        if (plan.Redirects)
        {
            ContainerParts.WriteVariable(json, "KAFKAMESH_OUTBOUND_PORT", plan.Ports.Outbound);
            ContainerParts.WriteVariable(json, "KAFKAMESH_INBOUND_PORT", plan.Ports.Inbound);
            if (plan.Probes.Count > 0)
                ContainerParts.WriteVariable(json, "KAFKAMESH_PROBE_PORTS", string.Join(',', plan.Probes.Select(p => p.Port).Distinct().Order()));
        }
        else
        {
            var rules = (plan.Spec.Forward ?? []).Select(r => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{r.Listen}={r.Target}"));
            ContainerParts.WriteVariable(json, "KAFKAMESH_FORWARD", string.Join(',', rules));
        }
        json.WriteEndArray();
    }

    private static void WritePorts(Utf8JsonWriter json, SidecarPlan plan)
    {
        json.WriteStartArray("ports"u8);
        json.WriteStartObject();
        json.WriteString("name"u8, AdminPortName);
        json.WriteNumber("containerPort"u8, plan.Ports.Admin);
        json.WriteString("protocol"u8, "TCP"u8);
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteProbe(Utf8JsonWriter json, ReadOnlySpan<byte> name, SidecarPlan plan, string path, int periodSeconds, int failureThreshold)
    {
        json.WriteStartObject(name);
        json.WriteStartObject("httpGet"u8);
        json.WriteString("path"u8, path);
        json.WriteNumber("port"u8, plan.Ports.Admin);
        json.WriteString("scheme"u8, "HTTP"u8);
        json.WriteEndObject();
        json.WriteNumber("periodSeconds"u8, periodSeconds);
        json.WriteNumber("timeoutSeconds"u8, 2);
        json.WriteNumber("failureThreshold"u8, failureThreshold);
        json.WriteEndObject();
    }

    private static void WriteWait(Utf8JsonWriter json)
    {
        json.WriteStartObject("lifecycle"u8);
        json.WriteStartObject("postStart"u8);
        json.WriteStartObject("exec"u8);
        ContainerParts.WriteTexts(json, "command"u8, "kafkamesh-proxy", "wait", string.Create(CultureInfo.InvariantCulture, $"--wait-timeout={StartSeconds}s"));
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static int Limit(DimensionSpec? dimension, int byDefault) =>
        dimension is null ? byDefault : dimension.Enabled ? dimension.Limit ?? byDefault : 0;
}
