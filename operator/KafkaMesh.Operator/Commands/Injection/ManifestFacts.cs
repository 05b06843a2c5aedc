using System.Text.Json.Nodes;
using KafkaMesh.Contracts;
using KafkaMesh.Operator.Admission;
using KafkaMesh.Operator.Manifests;
using KafkaMesh.Operator.Reconciliation;

namespace KafkaMesh.Operator.Commands.Injection;

/// <summary>Reads KafkaMonitors, Namespaces and LimitRanges from manifests.</summary>
internal static class ManifestFacts
{
    /// <summary>Notes what the manifests say.</summary>
    /// <returns>How many monitors there were.</returns>
    /// <exception cref="ManifestException">A KafkaMonitor cannot be read.</exception>
    public static int Gather(IEnumerable<ManifestFile> files, InjectionFacts facts)
    {
        var count = 0;
        foreach (var document in files.SelectMany(f => f.Documents).Where(d => d.Content is not null))
        {
            foreach (var one in KubernetesObject.In(document.Content!))
            {
                if (one.Kind == WellKnownNames.Kind && one.ApiVersion.StartsWith(WellKnownNames.Group + "/", StringComparison.Ordinal))
                {
                    AddMonitor(document, one, facts);
                    count++;
                }
                else if (one is { Kind: "LimitRange", ApiVersion: "v1" })
                {
                    facts.LimitRanges.TryAdd((one.Namespace ?? facts.DefaultNamespace, NameOf(one.Json)), one.Json);
                }
                else if (one is { Kind: "Namespace", ApiVersion: "v1" })
                {
                    AddNamespace(one.Json, facts);
                }
            }
        }
        return count;
    }

    private static void AddMonitor(ManifestDocument document, KubernetesObject one, InjectionFacts facts)
    {
        if (MonitorReader.Read(one.Json, out var problem) is not { } monitor)
            throw new ManifestException(document.Source, document.Number, document.Line, $"{one.DisplayName}: {problem}");
        facts.Add(monitor with { Namespace = one.Namespace ?? facts.DefaultNamespace });
    }

    private static void AddNamespace(JsonObject json, InjectionFacts facts)
    {
        var metadata = json["metadata"] as JsonObject;
        if (metadata is not null && NameOf(json) is { Length: > 0 } name)
            facts.Namespaces[name] = new NamespaceFacts(name, Map(metadata["labels"]), Map(metadata["annotations"]));
    }

    private static string NameOf(JsonObject json) => (json["metadata"] as JsonObject)?["name"]?.ToString() ?? "";

    private static Dictionary<string, string> Map(JsonNode? node) =>
        (node as JsonObject ?? []).Where(p => p.Value is not null).ToDictionary(p => p.Key, p => p.Value!.ToString(), StringComparer.Ordinal);
}
