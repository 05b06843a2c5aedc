using System.Text.Json.Nodes;
using KafkaMesh.Operator.Admission.Pods;

namespace KafkaMesh.Operator.Manifests;

/// <summary>An object in a document: the document itself, or an item of a list.</summary>
/// <param name="Json">The object, within its document.</param>
internal sealed record KubernetesObject(JsonObject Json)
{
    private const int MaxListDepth = 8;

    /// <summary>apiVersion, such as <c>apps/v1</c>.</summary>
    public string ApiVersion => PodView.Text(Json, "apiVersion") ?? "";

    /// <summary>kind.</summary>
    public string Kind => PodView.Text(Json, "kind") ?? "";

    /// <summary>metadata.namespace; null when it names none.</summary>
    public string? Namespace => PodView.Text(Json["metadata"] as JsonObject, "namespace") is { Length: > 0 } name ? name : null;

    /// <summary>As kubectl calls it: <c>deployment/orders</c>.</summary>
    public string DisplayName
    {
        get
        {
            var metadata = Json["metadata"] as JsonObject;
            var name = PodView.Text(metadata, "name") ?? (PodView.Text(metadata, "generateName") is { } prefix ? prefix + "*" : "(no name)");
            return $"{Kind.ToLowerInvariant()}/{name}";
        }
    }

    /// <summary>The objects of a document: kinds whose name ends in List hold theirs in <c>items</c>.</summary>
    public static IEnumerable<KubernetesObject> In(JsonObject document) => In(document, 0);

    private static IEnumerable<KubernetesObject> In(JsonObject json, int depth)
    {
        var one = new KubernetesObject(json);
        return depth < MaxListDepth && one.Kind.EndsWith("List", StringComparison.Ordinal) && json["items"] is JsonArray items
            ? items.OfType<JsonObject>().SelectMany(item => In(item, depth + 1))
            : [one];
    }
}
