using System.Buffers;
using System.Text;
using System.Text.Json;
using KafkaMesh.Codec.Tests.Bodies;

namespace KafkaMesh.Codec.Tests.Json;

/// <summary>A body as the view shows it.</summary>
internal static class View
{
    public static (DecodeError Error, string Json) Of(Target target, ReadOnlySpan<byte> body, JsonViewOptions options = JsonViewOptions.None)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer);
        var error = JsonView.Write(target.ApiKey, target.Version, target.Kind, body, writer, options);
        if (error != DecodeError.None) return (error, "");
        writer.Flush();
        return (error, Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    public static string Of(short apiKey, short version, MessageKind kind, string hex, JsonViewOptions options = JsonViewOptions.None)
    {
        var (error, json) = Of(new Target(apiKey, version, kind), Convert.FromHexString(hex.Replace(" ", "")), options);
        Assert.Equal(DecodeError.None, error);
        return json;
    }
}
