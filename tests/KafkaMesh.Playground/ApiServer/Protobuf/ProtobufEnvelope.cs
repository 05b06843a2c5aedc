using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Rest;
using KafkaMesh.Playground.ApiServer.Schema;

namespace KafkaMesh.Playground.ApiServer.Protobuf;

/// <summary>
/// A request body of type application/vnd.kubernetes.protobuf: four bytes "k8s\0" and a runtime.Unknown
/// (1 the TypeMeta, 2 the object, 3 its encoding, 4 its type; "Kubernetes API Concepts", Protobuf encoding).
/// </summary>
internal static class ProtobufEnvelope
{
    /// <summary>The media type.</summary>
    public const string MediaType = "application/vnd.kubernetes.protobuf";

    private static ReadOnlySpan<byte> Magic => "k8s\0"u8;

    /// <summary>Decodes the object inside into JSON with its apiVersion and kind.</summary>
    /// <param name="body">The whole body.</param>
    /// <param name="apiVersion">What the URL expects; counts when the envelope does not say.</param>
    /// <param name="kind">What the URL expects; counts when the envelope does not say.</param>
    /// <exception cref="FormatException">The body is malformed.</exception>
    /// <exception cref="ApiException">415 by name for a kind whose encoding this server does not know.</exception>
    public static JsonObject Decode(ReadOnlySpan<byte> body, string apiVersion, string kind)
    {
        var raw = Open(body, out var givenVersion, out var givenKind);
        apiVersion = givenVersion.Length > 0 ? givenVersion : apiVersion;
        kind = givenKind.Length > 0 ? givenKind : kind;
        var schema = kind == "DeleteOptions" ? SchemaCatalog.Shared.DeleteOptions : SchemaCatalog.Shared.BuiltIn(apiVersion, kind);
        if (schema is null || ProtobufLayout.Of(schema).IsEmpty)
        {
            throw new ApiException(
                415, "UnsupportedMediaType",
                $"this server cannot read the kind {kind} of {apiVersion} as {MediaType}: send it as application/json");
        }

        var result = ProtobufDecoder.Decode(raw, schema);
        result["apiVersion"] = apiVersion;
        result["kind"] = kind;
        return result;
    }

    private static ReadOnlySpan<byte> Open(ReadOnlySpan<byte> body, out string apiVersion, out string kind)
    {
        if (!body.StartsWith(Magic))
        {
            throw new FormatException("the body does not begin with the four bytes k8s\\0");
        }

        (apiVersion, kind) = ("", "");
        var raw = ReadOnlySpan<byte>.Empty;
        var reader = new ProtobufReader(body[Magic.Length..]);
        while (reader.NextField() is > 0 and var number)
        {
            switch (number)
            {
                case 1: ReadType(reader.ReadBytes(), ref apiVersion, ref kind); break;
                case 2: raw = reader.ReadBytes(); break;
                case 3 when reader.ReadText() is { Length: > 0 } encoding: throw new FormatException($"the object is encoded as {encoding}");
                case 3: break;
                default: reader.Skip(); break;
            }
        }

        return raw;
    }

    private static void ReadType(ReadOnlySpan<byte> message, ref string apiVersion, ref string kind)
    {
        var reader = new ProtobufReader(message);
        while (reader.NextField() is > 0 and var number)
        {
            switch (number)
            {
                case 1: apiVersion = reader.ReadText(); break;
                case 2: kind = reader.ReadText(); break;
                default: reader.Skip(); break;
            }
        }
    }
}
