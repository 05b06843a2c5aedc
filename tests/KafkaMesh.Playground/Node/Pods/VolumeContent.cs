using System.Text;
using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Rest;

namespace KafkaMesh.Playground.Node.Pods;

/// <summary>Collects the files of configMap, secret, downwardAPI and projected volumes (core/v1 VolumeProjection).</summary>
internal sealed class VolumeContent(IClusterClient client, IServiceAccountTokens tokens, JsonObject pod)
{
    /// <summary>The files of one volume source.</summary>
    /// <exception cref="ContainerConfigurationException">With reason FailedMount: an object or key that is not optional does not exist.</exception>
    public async Task<IReadOnlyList<VolumeFile>> CollectAsync(JsonObject volume, CancellationToken cancellationToken)
    {
        if (volume.At("configMap") is { } config) return FromObject("ConfigMap", config, config.Text("name"));
        if (volume.At("secret") is { } secret) return FromObject("Secret", secret, secret.Text("secretName"));
        if (volume.At("downwardAPI") is { } downward) return FromDownwardApi(downward);
        var files = new List<VolumeFile>();
        foreach (var source in volume.Objects("projected", "sources")) files.AddRange(await FromProjectionAsync(source, cancellationToken));
        return files;
    }

    private async Task<IReadOnlyList<VolumeFile>> FromProjectionAsync(JsonObject source, CancellationToken cancellationToken)
    {
        if (source.At("configMap") is { } config) return FromObject("ConfigMap", config, config.Text("name"));
        if (source.At("secret") is { } secret) return FromObject("Secret", secret, secret.Text("name"));
        if (source.At("downwardAPI") is { } downward) return FromDownwardApi(downward);
        if (source.At("serviceAccountToken") is not { } token) throw Missing($"projected volume source {source.ToJsonString()} is not offered by the playground");
        var account = pod.Text("spec", "serviceAccountName") ?? "default";
        var order = new TokenOrder(pod.Namespace(), account, token.Text("audience"), TimeSpan.FromSeconds(token.Number("expirationSeconds") ?? 3600), pod.Name(), pod.Uid());
        var issued = await tokens.IssueAsync(order, cancellationToken) ?? throw Missing($"failed to fetch token: serviceaccounts \"{account}\" not found");
        return [new VolumeFile(token.Text("path") ?? "token", Encoding.UTF8.GetBytes(issued), null)];
    }

    private List<VolumeFile> FromObject(string kind, JsonNode source, string? name)
    {
        var optional = source.Flag("optional") ?? false;
        if (client.Get("v1", kind, pod.Namespace(), name ?? "") is not { } found)
        {
            return optional ? [] : throw Missing($"{kind.ToLowerInvariant()} \"{name}\" not found");
        }
        var data = Data(kind, found);
        var items = source.Objects("items");
        if (items.Count == 0) return [.. data.Select(entry => new VolumeFile(entry.Key, entry.Value, null))];
        var files = new List<VolumeFile>();
        foreach (var item in items)
        {
            var key = item.Text("key") ?? "";
            if (data.TryGetValue(key, out var content)) files.Add(new VolumeFile(item.Text("path") ?? key, content, (int?)item.Number("mode")));
            else if (!optional) throw Missing($"references non-existent {kind.ToLowerInvariant()} key: {key}");
        }
        return files;
    }

    private List<VolumeFile> FromDownwardApi(JsonNode source)
    {
        var first = pod.Objects("spec", "containers")[0];
        // Labels and annotations may have changed since the pod came here.
        var now = client.Get("v1", "Pod", pod.Namespace(), pod.Name()) is { } current && current.Uid() == pod.Uid() ? current : pod;
        return [.. source.Objects("items").Select(item => new VolumeFile(
            item.Text("path") ?? "",
            Encoding.UTF8.GetBytes(item.Text("fieldRef", "fieldPath") is { } path ? DownwardApi.Field(now, path) : DownwardApi.Resource(now, first, (JsonObject)item.At("resourceFieldRef")!)),
            (int?)item.Number("mode")))];
    }

    private static SortedDictionary<string, byte[]> Data(string kind, JsonObject found)
    {
        var data = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var (key, value) in found.Entries("data")) data[key] = kind == "Secret" ? Convert.FromBase64String(value) : Encoding.UTF8.GetBytes(value);
        foreach (var (key, value) in found.Entries("binaryData")) data[key] = Convert.FromBase64String(value);
        return data;
    }

    private static ContainerConfigurationException Missing(string message) => new("FailedMount", message);
}
