using System.Text.Json.Nodes;

namespace KafkaMesh.EndToEnd;

/// <summary>A golden pod of the operator's tests in a namespace of its own, with programs that every cluster can run.</summary>
internal sealed class GoldenPod
{
    private static readonly string s_folder = Repository.Path("tests", "KafkaMesh.Operator.Tests", "testdata", "pods");

    private readonly JsonObject _input;
    private readonly Dictionary<string, string> _claims;

    private GoldenPod(string name, string text)
    {
        var start = text.IndexOf("\n{", StringComparison.Ordinal) + 1;
        Namespace = "kafkamesh-e2e-pod-" + name;
        _input = JsonNode.Parse(text[start..text.IndexOf("--- patch\n", StringComparison.Ordinal)])!.AsObject();
        _claims = text[..start].Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => line[2..].Split(": ", 2)).Where(claim => claim.Length == 2)
            .GroupBy(claim => claim[0]).ToDictionary(claims => claims.Key, claims => claims.First()[1], StringComparer.Ordinal);
    }

    /// <summary>All whose header says that they run.</summary>
    public static IReadOnlyList<GoldenPod> All { get; } =
        [.. Directory.GetFiles(s_folder, "*.case").Order(StringComparer.Ordinal).Select(file => new GoldenPod(System.IO.Path.GetFileNameWithoutExtension(file), File.ReadAllText(file))).Where(pod => pod.Claim("runs") == "yes")];

    public string Namespace { get; }

    /// <summary>Injected, Skipped or NotSelected.</summary>
    public string Outcome => _claims["outcome"];

    /// <summary>Whether init containers of its author's are native sidecars.</summary>
    public bool HasNativeSidecars => (_input["pod"]!["spec"]!["initContainers"] as JsonArray ?? []).Any(container => container!["restartPolicy"] is not null);

    /// <summary>What the header says of something; null when it says nothing.</summary>
    public string? Claim(string name) => _claims.GetValueOrDefault(name);

    /// <summary>The namespace: where the case names no Pod Security level one that a cluster's default does not narrow.</summary>
    public JsonObject Space()
    {
        var metadata = new JsonObject { ["name"] = Namespace };
        foreach (var (from, to) in new[] { ("namespaceLabels", "labels"), ("namespaceAnnotations", "annotations") })
        {
            if (_input[from] is { } map)
                metadata[to] = map.DeepClone();
        }
        var labels = metadata["labels"] as JsonObject ?? [];
        labels.TryAdd("pod-security.kubernetes.io/enforce", "privileged");
        metadata["labels"] = labels.DeepClone();
        return new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = metadata };
    }

    /// <summary>Its monitors.</summary>
    public IEnumerable<JsonObject> Monitors() => _input["monitors"]!.AsArray().Select(monitor => new JsonObject
    {
        ["apiVersion"] = "kafkamesh.io/v1alpha1",
        ["kind"] = "KafkaMonitor",
        ["metadata"] = new JsonObject { ["name"] = monitor!["name"]?.DeepClone() ?? "orders", ["namespace"] = Namespace },
        ["spec"] = monitor["spec"]!.DeepClone(),
    });

    /// <summary>
    /// The pod as its author wrote it, without what an API server had added, named <c>golden</c>. Its programs wait for the end; those of
    /// ordinary init containers end at once.
    /// </summary>
    public JsonObject Pod()
    {
        var pod = _input["pod"]!.DeepClone().AsObject();
        pod.Remove("status");
        var metadata = pod["metadata"]!.AsObject();
        metadata["name"] = "golden";
        metadata["namespace"] = Namespace;
        metadata.Remove("generateName");
        metadata.Remove("ownerReferences");
        var spec = pod["spec"]!.AsObject();
        spec["terminationGracePeriodSeconds"] = 1;
        RemoveToken(spec["volumes"] as JsonArray);
        foreach (var container in new[] { "initContainers", "containers" }.SelectMany(list => spec[list] as JsonArray ?? []).Select(container => container!.AsObject()))
        {
            RemoveToken(container["volumeMounts"] as JsonArray);
            var ends = spec["containers"]!.AsArray().IndexOf(container) < 0 && container["restartPolicy"] is null;
            container["image"] = TestImages.Default.Clients;
            container["imagePullPolicy"] = "IfNotPresent";
            container["command"] = ends ? new JsonArray("/bin/true") : new JsonArray("/bin/sh", "-c", "trap 'exit 0' TERM; while :; do sleep 0.2; done");
            container.Remove("args");
            Shrink(container["resources"] as JsonObject);
        }
        return pod;
    }

    // All run on one small node, beside its control plane.
    private static void Shrink(JsonObject? resources)
    {
        foreach (var amounts in new[] { "requests", "limits" }.Select(kind => resources?[kind]).OfType<JsonObject>())
        {
            if ((string?)amounts["cpu"] == "1")
                amounts["cpu"] = "100m";
            if ((string?)amounts["memory"] == "1Gi")
                amounts["memory"] = "64Mi";
        }
    }

    private static void RemoveToken(JsonArray? list)
    {
        foreach (var item in (list ?? []).Where(item => (string?)item!["name"] == "kube-api-access-x").ToList())
            list!.Remove(item);
    }
}
