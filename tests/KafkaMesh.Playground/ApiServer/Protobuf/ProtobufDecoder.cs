using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Rest;
using KafkaMesh.Playground.ApiServer.Schema;

namespace KafkaMesh.Playground.ApiServer.Protobuf;

/// <summary>
/// Turns protobuf messages of the built-in kinds into the JSON that Go would write for them (generated.proto of k8s.io/api and k8s.io/apimachinery):
/// unknown fields are passed over, empty values of fields with omitempty are left out.
/// </summary>
internal static class ProtobufDecoder
{
    private const int MaxDepth = 64;

    /// <summary>Decodes one message of a struct.</summary>
    /// <param name="message">The bytes of the message without its length.</param>
    /// <param name="schema">The struct.</param>
    /// <exception cref="FormatException">The bytes are no such message, or nested deeper than 64.</exception>
    public static JsonObject Decode(ReadOnlySpan<byte> message, StructuralSchema schema)
    {
        var result = new JsonObject();
        ReadMessage(message, ProtobufLayout.Of(schema), result, 0);
        return result;
    }

    private static void ReadMessage(ReadOnlySpan<byte> message, ProtobufLayout layout, JsonObject into, int depth)
    {
        if (depth > MaxDepth)
        {
            throw new FormatException($"the message is nested deeper than {MaxDepth}");
        }

        var reader = new ProtobufReader(message);
        while (reader.NextField() is > 0 and var number)
        {
            if (layout.TryField(number, out var field))
            {
                ReadField(ref reader, field.Name, field.Schema, into, depth);
            }
            else if (layout.Inlined(number) is { } inlined)
            {
                ReadMessage(reader.ReadBytes(), inlined, into, depth + 1);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private static void ReadField(ref ProtobufReader reader, string name, StructuralSchema schema, JsonObject into, int depth)
    {
        if (schema.Items is { } items)
        {
            ReadItems(ref reader, items, Existing(into, name, new JsonArray()), depth);
        }
        else if (schema.AdditionalProperties is { } values)
        {
            ReadEntry(reader.ReadBytes(), values, Existing(into, name, new JsonObject()), depth);
        }
        else if (schema.Properties.Count > 0)
        {
            // A message that comes twice is joined, as protobuf says.
            ReadMessage(reader.ReadBytes(), ProtobufLayout.Of(schema), Existing(into, name, new JsonObject()), depth + 1);
        }
        else
        {
            var value = ReadScalar(ref reader, schema);
            if (value is null || (!schema.Pointer && !schema.AlwaysPresent && IsEmpty(value)))
            {
                into.Remove(name);
            }
            else
            {
                into[name] = value;
            }
        }
    }

    private static T Existing<T>(JsonObject into, string name, T created)
        where T : JsonNode
    {
        if (into[name] is T known)
        {
            return known;
        }

        into[name] = created;
        return created;
    }

    private static void ReadItems(ref ProtobufReader reader, StructuralSchema items, JsonArray into, int depth)
    {
        if (items.Type == "integer" && reader.WireType == 2)
        {
            foreach (var value in reader.ReadPacked())
            {
                into.Add(JsonValue.Create(value));
            }
        }
        else if (items.Properties.Count > 0)
        {
            var item = new JsonObject();
            ReadMessage(reader.ReadBytes(), ProtobufLayout.Of(items), item, depth + 1);
            into.Add((JsonNode)item);
        }
        else
        {
            into.Add(ReadScalar(ref reader, items));
        }
    }

    // An entry of a map is a message with the key as field 1 and the value as field 2.
    private static void ReadEntry(ReadOnlySpan<byte> entry, StructuralSchema values, JsonObject into, int depth)
    {
        var reader = new ProtobufReader(entry);
        var key = "";
        JsonNode? value = values.Items is not null ? new JsonArray() : JsonValue.Create("");
        while (reader.NextField() is > 0 and var number)
        {
            switch (number)
            {
                case 1: key = reader.ReadText(); break;
                case 2 when values.Items is { } items: value = ReadList(reader.ReadBytes(), items, depth); break;
                case 2: value = ReadScalar(ref reader, values); break;
                default: reader.Skip(); break;
            }
        }

        into[key] = value;
    }

    // A map of lists holds messages with the items as field 1.
    private static JsonArray ReadList(ReadOnlySpan<byte> message, StructuralSchema items, int depth)
    {
        var result = new JsonArray();
        var reader = new ProtobufReader(message);
        while (reader.NextField() is > 0 and var number)
        {
            if (number == 1)
            {
                ReadItems(ref reader, items, result, depth + 1);
            }
            else
            {
                reader.Skip();
            }
        }

        return result;
    }

    private static JsonNode? ReadScalar(ref ProtobufReader reader, StructuralSchema schema) => schema switch
    {
        { Type: "boolean" } => JsonValue.Create(reader.ReadInteger() != 0),
        { Type: "integer", Format: "int32" } => JsonValue.Create((long)(int)reader.ReadInteger()),
        { Type: "integer" } => JsonValue.Create(reader.ReadInteger()),
        { Format: "date-time" } => ReadTime(reader.ReadBytes(), micro: schema.GoType == "MicroTime"),
        { GoType: "Quantity" } => ReadQuantity(reader.ReadBytes()),
        { GoType: "IntOrString" } => ReadIntOrString(reader.ReadBytes()),
        { Format: "byte" } => JsonValue.Create(Convert.ToBase64String(reader.ReadBytes())),
        { Type: "string" } => JsonValue.Create(reader.ReadText()),
        _ => ReadRaw(reader.ReadBytes()),
    };

    // Time and MicroTime: 1 seconds, 2 nanoseconds; an empty message is Go's zero time, which JSON writes as null.
    private static JsonValue? ReadTime(ReadOnlySpan<byte> message, bool micro)
    {
        if (message.IsEmpty)
        {
            return null;
        }

        var (seconds, nanoseconds) = (0L, 0L);
        var reader = new ProtobufReader(message);
        while (reader.NextField() is > 0 and var number)
        {
            switch (number)
            {
                case 1: seconds = reader.ReadInteger(); break;
                case 2: nanoseconds = reader.ReadInteger(); break;
                default: reader.Skip(); break;
            }
        }

        if (seconds < DateTimeOffset.MinValue.ToUnixTimeSeconds() || seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds() || nanoseconds is < 0 or > 999_999_999)
        {
            throw new FormatException($"{seconds} s and {nanoseconds} ns are no time between the years 1 and 9999");
        }

        var time = DateTimeOffset.FromUnixTimeSeconds(seconds).AddTicks(nanoseconds / TimeSpan.NanosecondsPerTick);
        return JsonValue.Create(time.ToString(micro ? "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'" : "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
    }

    // Quantity: 1 its text.
    private static JsonValue ReadQuantity(ReadOnlySpan<byte> message)
    {
        var text = "";
        var reader = new ProtobufReader(message);
        while (reader.NextField() is > 0 and var number)
        {
            if (number == 1)
            {
                text = reader.ReadText();
            }
            else
            {
                reader.Skip();
            }
        }

        return JsonValue.Create(text.Length == 0 ? "0" : text);
    }

    // IntOrString: 1 what it is (0 a number, 1 a text), 2 the number, 3 the text.
    private static JsonValue ReadIntOrString(ReadOnlySpan<byte> message)
    {
        var (type, whole, text) = (0L, 0L, "");
        var reader = new ProtobufReader(message);
        while (reader.NextField() is > 0 and var number)
        {
            switch (number)
            {
                case 1: type = reader.ReadInteger(); break;
                case 2: whole = (int)reader.ReadInteger(); break;
                case 3: text = reader.ReadText(); break;
                default: reader.Skip(); break;
            }
        }

        return type == 0 ? JsonValue.Create(whole) : JsonValue.Create(text);
    }

    // FieldsV1: 1 the JSON text.
    private static JsonNode? ReadRaw(ReadOnlySpan<byte> message)
    {
        JsonNode? value = null;
        var reader = new ProtobufReader(message);
        while (reader.NextField() is > 0 and var number)
        {
            if (number == 1)
            {
                value = ParseJson(reader.ReadBytes());
            }
            else
            {
                reader.Skip();
            }
        }

        return value;
    }

    private static JsonNode? ParseJson(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonDecoding.Decode(json, []);
        }
        catch (JsonException e)
        {
            throw new FormatException($"a field holds no JSON: {e.Message}", e);
        }
    }

    private static bool IsEmpty(JsonNode value) => value.GetValueKind() switch
    {
        JsonValueKind.String => value.GetValue<string>().Length == 0,
        JsonValueKind.Number => value.GetValue<long>() == 0,
        JsonValueKind.False => true,
        _ => false,
    };
}
