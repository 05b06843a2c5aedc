using System.Text.Json;
using System.Text.Json.Serialization;

namespace KafkaMesh.Kubernetes.Entities;

/// <summary>meta/v1 Time: RFC 3339 in UTC with whole seconds, <c>2026-11-22T10:00:00Z</c>.</summary>
public sealed class Rfc3339Converter : JsonConverter<DateTimeOffset>
{
    /// <inheritdoc/>
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTimeOffset();

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(Format(value));

    /// <summary>The text of a time.</summary>
    /// <param name="value">Any offset.</param>
    public static string Format(DateTimeOffset value) => value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'");
}
