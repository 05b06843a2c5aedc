using System.Text.Json;
using System.Text.Json.Nodes;
using KafkaMesh.Contracts;
using KafkaMesh.Contracts.Monitors;
using KafkaMesh.Operator.Admission;
using KafkaMesh.Operator.Admission.Monitors;

namespace KafkaMesh.Operator.Tests.Support;

/// <summary>
/// One golden pod: a title, header lines <c># key: value</c> that say what must hold, the input as JSON, and after a line
/// <c>--- patch</c> the patch that the engine answered when a person last looked at it.
/// </summary>
internal sealed class PodCase
{
    private const string Separator = "--- patch\n";

    private PodCase(string path, string text)
    {
        Path = path;
        var body = text.IndexOf("\n{", StringComparison.Ordinal) + 1;
        var end = text.IndexOf(Separator, StringComparison.Ordinal);
        Head = text[..(end < 0 ? text.Length : end)];
        Golden = end < 0 ? null : text[(end + Separator.Length)..];
        Claims = [.. text[..body].Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(l => l[1..].Trim()).Where(l => l.Contains(": ")).Select(Split)];
        Input = JsonNode.Parse(Head[body..])!.AsObject();
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Everything above the patch.</summary>
    public string Head { get; }

    /// <summary>The patch as text; null in a new file.</summary>
    public string? Golden { get; }

    /// <summary>What the header claims.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Claims { get; }

    /// <summary>Namespace, cluster, monitors and pod.</summary>
    public JsonObject Input { get; }

    /// <summary>LimitRanges of the namespace.</summary>
    public IEnumerable<JsonObject> LimitRanges => (Input["limitRanges"] as JsonArray ?? []).OfType<JsonObject>();

    /// <summary>All cases, by name.</summary>
    public static IEnumerable<string> Names() =>
        Directory.GetFiles(Folder, "*.case").Select(f => System.IO.Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal);

    /// <summary>Reads a case.</summary>
    public static PodCase Load(string name)
    {
        var path = System.IO.Path.Combine(Folder, name + ".case");
        return new PodCase(path, File.ReadAllText(path));
    }

    /// <summary>The request that the case describes, about its pod or another state of it.</summary>
    public InjectionRequest Request(JsonObject? pod = null) => new(
        pod ?? Input["pod"]!.AsObject(),
        new NamespaceFacts("demo", Map("namespaceLabels"), Map("namespaceAnnotations")) { Limits = NamespaceLimits.Of([.. LimitRanges]) },
        [.. Input["monitors"]!.AsArray().Select(m => Monitor(m!.AsObject()))],
        new ClusterFacts(Input["nativeSidecars"]?.GetValue<bool>() ?? true)
        {
            DisabledBy = Input["disabledBy"]?.GetValue<string>(),
            DefaultPodSecurity = Input["defaultPodSecurity"]?.GetValue<string>() ?? PodSecurityLevel.Privileged,
        },
        new SidecarDefaults("kafkamesh-proxy:v0.1.0", "IfNotPresent", "0.1.0")
        {
            AccessKey = "the+operators/public+key==",
            PullSecrets = [.. (Input["pullSecrets"] as JsonArray ?? []).Select(s => s!.GetValue<string>())],
        });

    private static string Folder => System.IO.Path.Combine(Repository.Root, "tests", "KafkaMesh.Operator.Tests", "testdata", "pods");

    private static KeyValuePair<string, string> Split(string line)
    {
        var colon = line.IndexOf(": ", StringComparison.Ordinal);
        return new(line[..colon], line[(colon + 2)..].Trim());
    }

    private static MonitorCandidate Monitor(JsonObject json) => new(
        "demo",
        json["name"]?.GetValue<string>() ?? "orders",
        json["generation"]?.GetValue<long>() ?? 1,
        json["created"]?.GetValue<string>() ?? "2026-11-01T00:00:00Z",
        json["spec"]!.Deserialize(ContractsJson.Default.KafkaMonitorSpec)!);

    private Dictionary<string, string> Map(string name) =>
        (Input[name] as JsonObject)?.ToDictionary(p => p.Key, p => p.Value!.GetValue<string>()) ?? [];
}
