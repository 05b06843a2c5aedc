using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Kinds;

namespace KafkaMesh.Playground.ApiServer.Discovery;

/// <summary>Builds the discovery documents from the kinds that are served: one document per group and version, and the aggregated form.</summary>
internal static class DiscoveryDocuments
{
    /// <summary>The groups in order of registration, without the core group.</summary>
    public static IReadOnlyList<string> Groups(KindRegistry kinds) => [.. kinds.All.Select(k => k.Group).Where(g => g.Length > 0).Distinct()];

    /// <summary>The versions of a group.</summary>
    public static IReadOnlyList<string> Versions(KindRegistry kinds, string group) => [.. kinds.All.Where(k => k.Group == group).Select(k => k.Version).Distinct()];

    /// <summary><c>/api</c>.</summary>
    public static JsonObject CoreVersions(string serverAddress) => new()
    {
        ["kind"] = "APIVersions",
        ["versions"] = new JsonArray("v1"),
        ["serverAddressByClientCIDRs"] = new JsonArray(new JsonObject { ["clientCIDR"] = "0.0.0.0/0", ["serverAddress"] = serverAddress }),
    };

    /// <summary><c>/apis</c>.</summary>
    public static JsonObject GroupList(KindRegistry kinds) => new()
    {
        ["kind"] = "APIGroupList",
        ["apiVersion"] = "v1",
        ["groups"] = new JsonArray([.. Groups(kinds).Select(g => (JsonNode)GroupEntry(kinds, g))]),
    };

    /// <summary><c>/apis/GROUP</c>.</summary>
    public static JsonObject Group(KindRegistry kinds, string group)
    {
        var document = new JsonObject { ["kind"] = "APIGroup", ["apiVersion"] = "v1" };
        foreach (var (key, value) in GroupEntry(kinds, group))
        {
            document[key] = value?.DeepClone();
        }

        return document;
    }

    /// <summary><c>/api/v1</c> or <c>/apis/GROUP/VERSION</c>.</summary>
    public static JsonObject ResourceList(KindRegistry kinds, string group, string version)
    {
        var document = new JsonObject { ["kind"] = "APIResourceList" };
        if (group.Length > 0)
        {
            document["apiVersion"] = "v1";
        }

        document["groupVersion"] = group.Length == 0 ? version : $"{group}/{version}";
        document["resources"] = new JsonArray([.. Sorted(kinds, group, version).SelectMany(ResourceEntries)]);
        return document;
    }

    /// <summary>The aggregated document (APIGroupDiscoveryList v2) of the core group or of all others.</summary>
    public static JsonObject Aggregated(KindRegistry kinds, bool core)
    {
        var groups = core ? [""] : Groups(kinds);
        return new JsonObject
        {
            ["kind"] = "APIGroupDiscoveryList",
            ["apiVersion"] = "apidiscovery.k8s.io/v2",
            ["metadata"] = new JsonObject(),
            ["items"] = new JsonArray([.. groups.Select(g => (JsonNode)AggregatedGroup(kinds, g))]),
        };
    }

    /// <summary>A strong ETag of a document: its SHA-512 in quotes.</summary>
    public static string EntityTag(string document) => $"\"{Convert.ToHexString(SHA512.HashData(Encoding.UTF8.GetBytes(document)))}\"";

    private static JsonObject GroupEntry(KindRegistry kinds, string group)
    {
        var versions = Versions(kinds, group);
        JsonObject Entry(string version) => new() { ["groupVersion"] = $"{group}/{version}", ["version"] = version };
        return new JsonObject
        {
            ["name"] = group,
            ["versions"] = new JsonArray([.. versions.Select(v => (JsonNode)Entry(v))]),
            ["preferredVersion"] = Entry(versions[0]),
        };
    }

    private static IEnumerable<JsonNode> ResourceEntries(ResourceKind kind)
    {
        var entry = new JsonObject
        {
            ["name"] = kind.Plural,
            ["singularName"] = kind.Singular,
            ["namespaced"] = kind.Namespaced,
            ["kind"] = kind.Kind,
            ["verbs"] = Texts(kind.Verbs),
        };
        AddNames(entry, kind);
        if (kind.IsStored)
        {
            entry["storageVersionHash"] = StorageVersionHash(kind);
        }

        yield return entry;
        foreach (var sub in kind.Subresources)
        {
            var subEntry = new JsonObject { ["name"] = $"{kind.Plural}/{sub.Name}", ["singularName"] = "", ["namespaced"] = kind.Namespaced };
            if (sub.Group is not null)
            {
                subEntry["group"] = sub.Group;
                subEntry["version"] = sub.Version;
            }

            subEntry["kind"] = sub.Kind;
            subEntry["verbs"] = Texts(sub.Verbs);
            yield return subEntry;
        }
    }

    private static JsonObject AggregatedGroup(KindRegistry kinds, string group) => new()
    {
        ["metadata"] = group.Length == 0 ? new JsonObject() : new JsonObject { ["name"] = group },
        ["versions"] = new JsonArray([.. Versions(kinds, group).Select(version => (JsonNode)new JsonObject
        {
            ["version"] = version,
            ["resources"] = new JsonArray([.. Sorted(kinds, group, version).Select(k => (JsonNode)AggregatedResource(k))]),
            ["freshness"] = "Current",
        })]),
    };

    private static JsonObject AggregatedResource(ResourceKind kind)
    {
        var entry = new JsonObject
        {
            ["resource"] = kind.Plural,
            ["responseKind"] = ResponseKind(kind, kind.IsCustom ? kind.Group : "", kind.IsCustom ? kind.Version : "", kind.Kind),
            ["scope"] = kind.Namespaced ? "Namespaced" : "Cluster",
            ["singularResource"] = kind.Singular,
            ["verbs"] = Texts(kind.Verbs),
        };
        AddNames(entry, kind);
        if (kind.Subresources.Count > 0)
        {
            entry["subresources"] = new JsonArray([.. kind.Subresources.Select(sub => (JsonNode)new JsonObject
            {
                ["subresource"] = sub.Name,
                ["responseKind"] = ResponseKind(kind, sub.Group ?? (kind.IsCustom ? kind.Group : ""), sub.Version ?? (kind.IsCustom ? kind.Version : ""), sub.Kind),
                ["verbs"] = Texts(sub.Verbs),
            })]);
        }

        return entry;
    }

    private static JsonObject ResponseKind(ResourceKind kind, string group, string version, string name) =>
        new() { ["group"] = group, ["version"] = version, ["kind"] = name.Length > 0 ? name : kind.Kind };

    private static void AddNames(JsonObject entry, ResourceKind kind)
    {
        if (kind.ShortNames.Count > 0)
        {
            entry["shortNames"] = Texts(kind.ShortNames);
        }

        if (kind.Categories.Count > 0)
        {
            entry["categories"] = Texts(kind.Categories);
        }
    }

    private static IEnumerable<ResourceKind> Sorted(KindRegistry kinds, string group, string version) =>
        kinds.All.Where(k => k.Group == group && k.Version == version).OrderBy(k => k.Plural, StringComparer.Ordinal);

    private static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(t => (JsonNode)t)];

    // As a real server: the first eight bytes of SHA-256 over group/version/kind, in base64.
    private static string StorageVersionHash(ResourceKind kind)
    {
        var group = kind.Storage == "events" ? "" : kind.Group;
        var text = $"{group}/{kind.Version}/{kind.Kind}";
        return Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 8));
    }
}
