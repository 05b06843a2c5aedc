using System.Text.Json.Nodes;

namespace KafkaMesh.Playground.ApiServer.Defaults;

/// <summary>The defaults of a pod and of pod templates (k8s.io/kubernetes pkg/apis/core/v1/defaults.go as observed in raw-pod).</summary>
internal static class PodDefaults
{
    private const int ReadableByAll = 420;

    /// <summary>Defaults that only a pod gets, not a template.</summary>
    public static void ApplyToPod(JsonObject pod)
    {
        MirrorAddress(pod.Map("status"));
        var spec = pod.MapOrNew("spec");
        ApplyToSpec(spec);
        spec.Default("enableServiceLinks", true);
        foreach (var container in spec.Items("initContainers").Concat(spec.Items("containers")))
        {
            RequestsFromLimits(container);
        }
    }

    /// <summary>Defaults of a pod template.</summary>
    public static void ApplyToTemplate(JsonObject template) => ApplyToSpec(template.MapOrNew("spec"));

    private static void ApplyToSpec(JsonObject spec)
    {
        spec.Default("restartPolicy", "Always");
        spec.Default("dnsPolicy", "ClusterFirst");
        spec.Default("terminationGracePeriodSeconds", 30);
        spec.Default("securityContext", new JsonObject());
        spec.Default("schedulerName", "default-scheduler");
        if (spec.Text("serviceAccountName") is { Length: 0 } && spec.Text("serviceAccount") is { Length: > 0 } old)
        {
            spec["serviceAccountName"] = old;
        }

        foreach (var container in spec.Items("initContainers").Concat(spec.Items("containers")).Concat(spec.Items("ephemeralContainers")))
        {
            Container(container, spec.Flag("hostNetwork") == true);
        }

        foreach (var volume in spec.Items("volumes"))
        {
            Volume(volume);
        }
    }

    private static void Container(JsonObject container, bool hostNetwork)
    {
        container.Default("terminationMessagePath", "/dev/termination-log");
        container.Default("terminationMessagePolicy", "File");
        container.Default("imagePullPolicy", PullPolicy(container.Text("image")));
        container.Default("resources", new JsonObject());
        foreach (var port in container.Items("ports"))
        {
            port.Default("protocol", "TCP");
            if (hostNetwork && port["containerPort"] is { } number)
            {
                port.Default("hostPort", number.DeepClone());
            }
        }

        foreach (var variable in container.Items("env"))
        {
            FieldReference(variable.Map("valueFrom"));
        }

        foreach (var name in new[] { "livenessProbe", "readinessProbe", "startupProbe" })
        {
            Probe(container.Map(name));
        }

        foreach (var name in new[] { "postStart", "preStop" })
        {
            HttpGet(container.Map("lifecycle").Map(name).Map("httpGet"));
        }
    }

    // No tag, or the tag latest, means that the image may change under its name.
    private static string PullPolicy(string image)
    {
        var name = image[(image.LastIndexOf('/') + 1)..];
        if (name.Contains('@', StringComparison.Ordinal))
        {
            return "IfNotPresent";
        }

        var colon = name.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 || name[(colon + 1)..] == "latest" ? "Always" : "IfNotPresent";
    }

    private static void Probe(JsonObject? probe)
    {
        if (probe is null)
        {
            return;
        }

        SetUnlessPositive(probe, "timeoutSeconds", 1);
        SetUnlessPositive(probe, "periodSeconds", 10);
        SetUnlessPositive(probe, "successThreshold", 1);
        SetUnlessPositive(probe, "failureThreshold", 3);
        HttpGet(probe.Map("httpGet"));
        probe.Map("grpc")?.Default("service", "");
    }

    private static void SetUnlessPositive(JsonObject probe, string name, int value)
    {
        if (probe.Integer(name) is null or 0)
        {
            probe[name] = value;
        }
    }

    private static void HttpGet(JsonObject? get)
    {
        get?.Default("path", "/");
        get?.Default("scheme", "HTTP");
    }

    private static void RequestsFromLimits(JsonObject container)
    {
        if (container.Map("resources").Map("limits") is not { Count: > 0 } limits)
        {
            return;
        }

        var requests = container.MapOrNew("resources").MapOrNew("requests");
        foreach (var (name, value) in limits)
        {
            requests.Default(name, value!.DeepClone());
        }
    }

    private static void Volume(JsonObject volume)
    {
        if (volume.Count == 1 && volume.ContainsKey("name"))
        {
            volume["emptyDir"] = new JsonObject();
        }

        foreach (var name in new[] { "secret", "configMap", "downwardAPI", "projected" })
        {
            volume.Map(name)?.Default("defaultMode", ReadableByAll);
        }

        volume.Map("hostPath")?.Default("type", "");
        foreach (var file in volume.Map("downwardAPI").Items("items"))
        {
            FieldReference(file);
        }

        foreach (var source in volume.Map("projected").Items("sources"))
        {
            source.Map("serviceAccountToken")?.Default("expirationSeconds", 3600);
            foreach (var file in source.Map("downwardAPI").Items("items"))
            {
                FieldReference(file);
            }
        }
    }

    private static void FieldReference(JsonObject? source)
    {
        source.Map("fieldRef")?.Default("apiVersion", "v1");
        source.Map("resourceFieldRef")?.Default("divisor", "0");
    }

    // The old field of one address and the list say the same.
    private static void MirrorAddress(JsonObject? status)
    {
        if (status.Text("podIP") is { Length: > 0 } address && !status.Items("podIPs").Any())
        {
            status!["podIPs"] = new JsonArray(new JsonObject { ["ip"] = address });
        }
    }
}
