using System.Text.Json;
using System.Text.Json.Nodes;

namespace KafkaMesh.Operator.Admission.Patching;

/// <summary>One operation of a JSON Patch (RFC 6902).</summary>
/// <param name="Op"><c>add</c>, <c>remove</c> or <c>replace</c>: all that injection needs.</param>
/// <param name="Path">JSON Pointer (RFC 6901).</param>
/// <param name="Value">The value of add and replace; null for remove.</param>
internal sealed record JsonPatchOperation(string Op, string Path, JsonNode? Value)
{
    /// <summary>Writes the operation as the API server reads it.</summary>
    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("op"u8, Op);
        writer.WriteString("path"u8, Path);
        if (Op != "remove")
        {
            writer.WritePropertyName("value"u8);
            if (Value is null)
                writer.WriteNullValue();
            else
                Value.WriteTo(writer);
        }
        writer.WriteEndObject();
    }
}
