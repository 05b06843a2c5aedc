using System.Text.Json;
using System.Text.Json.Serialization;

namespace KafkaMesh.Contracts.Monitors;

/// <summary>A Kubernetes quantity as it was written: <c>100m</c>, <c>64Mi</c>, or a bare JSON number. It is passed on, not computed with.</summary>
/// <param name="Text">The text of the string or number.</param>
[JsonConverter(typeof(QuantityConverter))]
public readonly record struct Quantity(string Text)
{
    /// <inheritdoc/>
    public override string ToString() => Text;
}

/// <summary>Reads a quantity from a JSON string or number; writes a string.</summary>
public sealed class QuantityConverter : JsonConverter<Quantity>
{
    /// <inheritdoc/>
    public override Quantity Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.String => new Quantity(reader.GetString()!),
        JsonTokenType.Number => new Quantity(System.Text.Encoding.UTF8.GetString(reader.ValueSpan)),
        _ => throw new JsonException("a quantity is a string or a number"),
    };

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Quantity value, JsonSerializerOptions options) => writer.WriteStringValue(value.Text);
}
