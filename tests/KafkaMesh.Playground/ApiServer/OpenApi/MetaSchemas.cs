using System.Text.Json.Nodes;

namespace KafkaMesh.Playground.ApiServer.OpenApi;

/// <summary>Schemas of the metadata types that every document refers to, with our own short descriptions.</summary>
internal static class MetaSchemas
{
    /// <summary>ObjectMeta of meta/v1.</summary>
    public static JsonObject ObjectMeta() => Object("ObjectMeta is the metadata that every stored object has.", new JsonObject
    {
        ["annotations"] = TextMap("Unstructured notes of tools."),
        ["creationTimestamp"] = Text("When the object was created; set by the server.", "date-time"),
        ["deletionGracePeriodSeconds"] = Number("Seconds that the object gets to end."),
        ["deletionTimestamp"] = Text("When the object will be gone; set by the server.", "date-time"),
        ["finalizers"] = List("What must happen before the object is removed.", new JsonObject { ["type"] = "string" }),
        ["generateName"] = Text("Prefix from which the server makes a unique name."),
        ["generation"] = Number("Number of the wanted state."),
        ["labels"] = TextMap("Keys and values by which objects are selected."),
        ["managedFields"] = List("Who set which field.", new JsonObject { ["type"] = "object", ["x-kubernetes-preserve-unknown-fields"] = true }),
        ["name"] = Text("Name, unique within a namespace."),
        ["namespace"] = Text("Namespace of the object."),
        ["ownerReferences"] = List("Objects on which this one depends.", new JsonObject { ["type"] = "object", ["x-kubernetes-preserve-unknown-fields"] = true }),
        ["resourceVersion"] = Text("Version of the object in the store; opaque."),
        ["selfLink"] = Text("Not set any more."),
        ["uid"] = Text("Unique id of the object; set by the server."),
    });

    /// <summary>ListMeta of meta/v1.</summary>
    public static JsonObject ListMeta() => Object("ListMeta is the metadata of a list.", new JsonObject
    {
        ["continue"] = Text("Token of the next page."),
        ["remainingItemCount"] = Number("How many objects follow."),
        ["resourceVersion"] = Text("Version of the list; opaque."),
        ["selfLink"] = Text("Not set any more."),
    });

    /// <summary>A text field.</summary>
    public static JsonObject Text(string description, string? format = null)
    {
        var schema = new JsonObject { ["description"] = description, ["type"] = "string" };
        if (format is not null)
        {
            schema["format"] = format;
        }

        return schema;
    }

    private static JsonObject Number(string description) => new() { ["description"] = description, ["type"] = "integer", ["format"] = "int64" };

    private static JsonObject TextMap(string description) =>
        new() { ["description"] = description, ["type"] = "object", ["additionalProperties"] = new JsonObject { ["type"] = "string" } };

    private static JsonObject List(string description, JsonObject items) => new() { ["description"] = description, ["type"] = "array", ["items"] = items };

    private static JsonObject Object(string description, JsonObject properties) =>
        new() { ["description"] = description, ["type"] = "object", ["properties"] = properties };
}
