using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Schema;

namespace KafkaMesh.Playground.ApiServer.Patching;

/// <summary>
/// The object that Go writes for a built-in kind before anyone set a field: a creation is compared with it, which is why
/// managedFields of real servers lack the dots of <c>spec</c> or <c>containers</c>. Custom resources begin empty.
/// </summary>
internal static class ZeroObject
{
    /// <summary>The zero value of a kind.</summary>
    public static JsonObject Of(StructuralSchema schema)
    {
        var zero = new JsonObject();
        foreach (var (name, field) in schema.Properties)
        {
            if (field.AlwaysPresent)
            {
                zero[name] = Value(field);
            }
        }

        return zero;
    }

    /// <summary>The zero value of one field; null for pointers, lists, maps and times.</summary>
    public static JsonNode? Value(StructuralSchema field) => field.Type switch
    {
        _ when field.Nullable || field.IntOrString => null,
        "object" when !field.IsMap => Of(field),
        "string" when field.Format is not "date-time" => JsonValue.Create(""),
        "integer" => JsonValue.Create(0),
        "boolean" => JsonValue.Create(false),
        _ => null,
    };
}
