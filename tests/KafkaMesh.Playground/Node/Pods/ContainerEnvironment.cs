using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Rest;

namespace KafkaMesh.Playground.Node.Pods;

/// <summary>Resolves a container's environment: envFrom, then env in order, each value able to name those before it (core/v1 EnvVar).</summary>
internal sealed class ContainerEnvironment(IClusterClient client, JsonObject pod, JsonObject container)
{
    private readonly Dictionary<string, string> variables = new(StringComparer.Ordinal);

    /// <summary>The variables by name.</summary>
    /// <exception cref="ContainerConfigurationException">A config map, secret or key that is not optional does not exist.</exception>
    public IReadOnlyDictionary<string, string> Resolve()
    {
        foreach (var source in container.Objects("envFrom")) AddAll(source);
        foreach (var entry in container.Objects("env"))
        {
            var value = entry.At("valueFrom") is { } from ? ValueFrom(from) : VariableExpansion.Expand(entry.Text("value") ?? "", variables);
            if (value is not null) variables[entry.Text("name") ?? ""] = value;
        }
        return variables;
    }

    private void AddAll(JsonObject source)
    {
        var prefix = source.Text("prefix") ?? "";
        foreach (var (kind, field) in new[] { ("ConfigMap", "configMapRef"), ("Secret", "secretRef") })
        {
            if (source.At(field) is not { } reference) continue;
            if (Find(kind, reference) is not { } found) continue;
            foreach (var (key, _) in found.Entries("data")) variables[prefix + key] = DataOf(kind, found, key)!;
        }
    }

    private string? ValueFrom(JsonNode from)
    {
        if (from.Text("fieldRef", "fieldPath") is { } path) return DownwardApi.Field(pod, path);
        if (from.At("resourceFieldRef") is JsonObject resource) return DownwardApi.Resource(pod, container, resource);
        return from.At("configMapKeyRef") is { } config ? Key("ConfigMap", config) : from.At("secretKeyRef") is { } secret ? Key("Secret", secret) : null;
    }

    private string? Key(string kind, JsonNode reference)
    {
        if (Find(kind, reference) is not { } found) return null;
        var key = reference.Text("key") ?? "";
        if (DataOf(kind, found, key) is { } value) return value;
        return reference.Flag("optional") == true ? null
            : throw new ContainerConfigurationException("CreateContainerConfigError", $"couldn't find key {key} in {kind} {pod.Namespace()}/{reference.Text("name")}");
    }

    private JsonObject? Find(string kind, JsonNode reference)
    {
        var name = reference.Text("name") ?? "";
        var found = client.Get("v1", kind, pod.Namespace(), name);
        return found is not null || reference.Flag("optional") == true ? found
            : throw new ContainerConfigurationException("CreateContainerConfigError", string.Create(CultureInfo.InvariantCulture, $"{kind.ToLowerInvariant()} \"{name}\" not found"));
    }

    private static string? DataOf(string kind, JsonObject found, string key) =>
        found.Text("data", key) is not { } value ? null : kind == "Secret" ? Encoding.UTF8.GetString(Convert.FromBase64String(value)) : value;
}
