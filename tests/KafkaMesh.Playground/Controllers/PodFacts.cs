using System.Globalization;
using System.Text.Json.Nodes;
using KafkaMesh.Playground.Node;

namespace KafkaMesh.Playground.Controllers;

/// <summary>Questions that controllers ask about pods and other objects.</summary>
internal static class PodFacts
{
    public static bool IsReady(this JsonObject pod) => pod.Objects("status", "conditions").Any(c => c.Text("type") == "Ready" && c.Text("status") == "True");

    public static bool IsBeingDeleted(this JsonObject obj) => obj.Text("metadata", "deletionTimestamp") is not null;

    public static bool IsFinished(this JsonObject pod) => pod.Text("status", "phase") is "Succeeded" or "Failed";

    public static bool IsControlledBy(this JsonObject obj, string uid) =>
        obj.Objects("metadata", "ownerReferences").Any(owner => owner.Flag("controller") == true && owner.Text("uid") == uid);

    /// <summary>A time as the API writes it, or null.</summary>
    public static DateTimeOffset? Time(string? stamp) =>
        DateTimeOffset.TryParse(stamp, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    /// <summary>An owner reference to a controller.</summary>
    public static JsonObject OwnerReference(this JsonObject owner) => new()
    {
        ["apiVersion"] = owner.Text("apiVersion"),
        ["kind"] = owner.Text("kind"),
        ["name"] = owner.Name(),
        ["uid"] = owner.Uid(),
        ["controller"] = true,
        ["blockOwnerDeletion"] = true,
    };

    /// <summary>A pod from a template, owned by <paramref name="owner"/>, with a generated name.</summary>
    public static JsonObject FromTemplate(JsonObject owner, JsonNode template)
    {
        var metadata = (JsonObject)(template["metadata"]?.DeepClone() ?? new JsonObject());
        metadata["generateName"] = owner.Name() + "-";
        metadata["namespace"] = owner.Namespace();
        metadata["ownerReferences"] = new JsonArray(owner.OwnerReference());
        return new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Pod", ["metadata"] = metadata, ["spec"] = template["spec"]!.DeepClone() };
    }

    /// <summary>Sets a condition; its transition time moves only when its status turns.</summary>
    public static void SetCondition(this JsonObject status, JsonObject condition, string stamp)
    {
        var list = (status["conditions"] ??= new JsonArray()).AsArray();
        var before = list.OfType<JsonObject>().FirstOrDefault(c => c.Text("type") == condition.Text("type"));
        condition["lastTransitionTime"] = before.Text("status") == condition.Text("status") ? before.Text("lastTransitionTime") : stamp;
        if (before is null) list.Add(condition);
        else list[list.IndexOf(before)] = condition;
    }
}
