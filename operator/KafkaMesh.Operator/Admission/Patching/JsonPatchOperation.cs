using System.Text.Json.Nodes;

namespace KafkaMesh.Operator.Admission.Patching;

/// <summary>One operation of a JSON Patch (RFC 6902).</summary>
/// <param name="Op"><c>add</c>, <c>remove</c> or <c>replace</c>: all that injection needs.</param>
/// <param name="Path">JSON Pointer (RFC 6901).</param>
/// <param name="Value">The value of add and replace; null for remove.</param>
internal sealed record JsonPatchOperation(string Op, string Path, JsonNode? Value)
{
    /// <summary>The operation as the API server reads it.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject { ["op"] = Op, ["path"] = Path };
        if (Op != "remove")
            json["value"] = Value?.DeepClone();
        return json;
    }
}
