using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Kinds;
using KafkaMesh.Playground.ApiServer.Rest;

namespace KafkaMesh.Playground.ApiServer.CustomResources;

/// <summary>Reads CustomResourceDefinition objects and writes their conditions.</summary>
internal static class CustomResourceDefinitions
{
    /// <summary>The finalizer that keeps a definition until its objects are gone.</summary>
    public const string CleanupFinalizer = "customresourcecleanup.apiextensions.k8s.io";

    private static readonly string[] CustomVerbs = ["delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"];
    private static readonly string[] StatusVerbs = ["get", "patch", "update"];

    /// <summary>Clears the status of a new definition.</summary>
    public static void PrepareForCreate(JsonObject crd)
    {
        if (crd["spec"] is not JsonObject spec)
        {
            return;
        }

        crd["status"] = new JsonObject
        {
            ["conditions"] = null,
            ["acceptedNames"] = new JsonObject { ["plural"] = "", ["kind"] = "" },
            ["storedVersions"] = new JsonArray([.. StorageVersions(spec)]),
        };
    }

    /// <summary>The kinds that an established definition serves, one per served version.</summary>
    public static IReadOnlyList<ResourceKind> KindsOf(JsonObject crd)
    {
        var spec = (JsonObject)crd["spec"]!;
        var names = spec["names"] as JsonObject ?? [];
        return [.. (spec["versions"] as JsonArray ?? []).OfType<JsonObject>().Where(IsServed).Select(version => KindOf(spec, names, version))];
    }

    /// <summary>Names accepted and Established, as the naming controller of a real server writes them; false when nothing was missing.</summary>
    public static bool MarkEstablished(JsonObject crd, TimeProvider time)
    {
        var status = crd["status"] as JsonObject ?? [];
        if ((status["conditions"] as JsonArray ?? []).Any(c => c?["type"]?.ToString() == "Established"))
        {
            return false;
        }

        var now = ObjectMetadata.Timestamp(time.GetUtcNow());
        crd["status"] = new JsonObject
        {
            ["conditions"] = new JsonArray(
                Condition("NamesAccepted", "NoConflicts", "no conflicts found", now),
                Condition("Established", "InitialNamesAccepted", "the initial names have been accepted", now)),
            ["acceptedNames"] = crd["spec"]!["names"]!.DeepClone(),
            ["storedVersions"] = status["storedVersions"]?.DeepClone() ?? new JsonArray([.. StorageVersions((JsonObject)crd["spec"]!)]),
        };
        return true;
    }

    /// <summary>Whether a definition is established and not going away.</summary>
    public static bool IsEstablished(JsonObject crd) =>
        (crd["status"]?["conditions"] as JsonArray ?? []).Any(c => c?["type"]?.ToString() == "Established" && c["status"]?.ToString() == "True");

    /// <summary>Keeps a definition whose deletion begins until its objects are gone; true when it has to wait.</summary>
    public static bool AddCleanupFinalizer(JsonObject crd, bool wasTerminating)
    {
        var metadata = ObjectMetadata.Of(crd);
        var finalizers = MetadataValidation.Finalizers(metadata).ToList();
        if (!wasTerminating && !finalizers.Contains(CleanupFinalizer))
        {
            metadata["finalizers"] = new JsonArray([.. finalizers.Append(CleanupFinalizer).Select(f => (JsonNode)f)]);
            return true;
        }

        return finalizers.Count > 0;
    }

    /// <summary>Adds the Terminating condition of a definition whose deletion has begun.</summary>
    public static void MarkTerminating(JsonObject crd, TimeProvider time)
    {
        if (crd["status"]?["conditions"] is JsonArray conditions)
        {
            conditions.Add(Condition(
                "Terminating", "InstanceDeletionPending", "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon",
                ObjectMetadata.Timestamp(time.GetUtcNow())));
        }
    }

    private static ResourceKind KindOf(JsonObject spec, JsonObject names, JsonObject version)
    {
        var subresources = version["subresources"] as JsonObject ?? [];
        var kind = names["kind"]?.ToString() ?? "";
        return new ResourceKind
        {
            Group = spec["group"]?.ToString() ?? "",
            Version = version["name"]?.ToString() ?? "",
            Kind = kind,
            ListKind = names["listKind"]?.ToString() ?? kind + "List",
            Plural = names["plural"]?.ToString() ?? "",
            Singular = names["singular"]?.ToString() ?? kind.ToLowerInvariant(),
            Namespaced = spec["scope"]?.ToString() == "Namespaced",
            Verbs = CustomVerbs,
            ShortNames = Texts(names["shortNames"]),
            Categories = Texts(names["categories"]),
            Subresources = subresources.ContainsKey("status") ? [new SubresourceKind("status", kind, StatusVerbs)] : [],
            Schema = version["schema"]?["openAPIV3Schema"] as JsonObject,
            CustomDefinition = version,
            AllowsUnconditionalUpdate = false,
            TracksGeneration = true,
            SelectableFields = [.. (version["selectableFields"] as JsonArray ?? []).Select(f => (f?["jsonPath"]?.ToString() ?? "").TrimStart('.'))],
        };
    }

    private static JsonObject Condition(string type, string reason, string message, string now) => new()
    {
        ["type"] = type,
        ["status"] = "True",
        ["lastTransitionTime"] = now,
        ["reason"] = reason,
        ["message"] = message,
    };

    private static IEnumerable<JsonNode> StorageVersions(JsonObject spec) =>
        (spec["versions"] as JsonArray ?? []).OfType<JsonObject>().Where(v => v["storage"]?.GetValue<bool>() == true).Select(v => (JsonNode)(v["name"]?.ToString() ?? ""));

    private static bool IsServed(JsonObject version) => version["served"]?.GetValue<bool>() == true;

    private static IReadOnlyList<string> Texts(JsonNode? array) => [.. (array as JsonArray ?? []).Select(t => t?.ToString() ?? "")];
}
