using System.Buffers;
using System.Text.Json;

namespace KafkaMesh.Operator.Dashboard.Taps;

/// <summary>Writes a sidecar's JSON anew, so that what leaves is well-formed and safe whatever came.</summary>
internal static class TapJson
{
    private static readonly JsonDocumentOptions s_reading = new() { MaxDepth = 16 };

    /// <summary>An object with the name of its pod in front.</summary>
    /// <returns>Null when it is no object.</returns>
    public static byte[]? WithPod(ReadOnlyMemory<byte> json, string? pod)
    {
        try
        {
            using var document = JsonDocument.Parse(json, s_reading);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                return null;
            return Write(writer =>
            {
                if (pod is not null)
                    writer.WriteString("pod", pod);
                foreach (var property in document.RootElement.EnumerateObject().Where(p => pod is null || p.Name != "pod"))
                    property.WriteTo(writer);
            });
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return null; // no JSON, or half of a surrogate pair in a text
        }
    }

    /// <summary>The count of an object <c>{"count":N}</c>; 0 when there is none.</summary>
    public static long CountOf(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, s_reading);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("count", out var count)
                && count.ValueKind == JsonValueKind.Number && count.TryGetInt64(out var number) ? Math.Clamp(number, 0, int.MaxValue) : 0;
        }
        catch (JsonException)
        {
            return 0;
        }
    }

    /// <summary>An object.</summary>
    public static byte[] Write(Action<Utf8JsonWriter> content)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(output))
        {
            writer.WriteStartObject();
            content(writer);
            writer.WriteEndObject();
        }
        return output.WrittenSpan.ToArray();
    }
}
