using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Kinds;
using KafkaMesh.Playground.ApiServer.Protobuf;
using KafkaMesh.Playground.ApiServer.Schema;
using Microsoft.AspNetCore.Http;
using YamlDotNet.Core;

namespace KafkaMesh.Playground.ApiServer.Rest;

/// <summary>Reads and decodes request bodies within the bound of a real server (3 MiB).</summary>
internal static class RequestBody
{
    private const int MaxBytes = 3 * 1024 * 1024;
    private const string HeaderStruct =
        "struct { APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind string \"json:\\\"kind,omitempty\\\"\" }";

    /// <summary>The whole body.</summary>
    /// <exception cref="ApiException">413 above 3 MiB.</exception>
    public static async Task<byte[]> ReadAsync(HttpContext http)
    {
        var collected = new ArrayBufferWriter<byte>();
        while (true)
        {
            var count = await http.Request.Body.ReadAsync(collected.GetMemory(16 * 1024), http.RequestAborted);
            if (count == 0)
            {
                return collected.WrittenSpan.ToArray();
            }

            collected.Advance(count);
            if (collected.WrittenCount > MaxBytes)
            {
                throw new ApiException(413, "RequestEntityTooLarge", $"Request entity too large: limit is {MaxBytes}", []);
            }
        }
    }

    /// <summary>Decodes the object of a create or update; JSON without Content-Type, YAML and protobuf by name.</summary>
    /// <param name="http">The request (Content-Type).</param>
    /// <param name="kind">The kind that the URL expects.</param>
    /// <param name="body">The bytes.</param>
    /// <param name="duplicates">Receives duplicate fields.</param>
    /// <exception cref="ApiException">400, 415 or (another kind for a custom resource) 422, with the words of a real server.</exception>
    public static JsonObject DecodeObject(HttpContext http, ResourceKind kind, byte[] body, List<string> duplicates)
    {
        var node = DecodeDocument(http, kind, body, duplicates);
        if (node is not JsonObject obj)
        {
            var what = node is JsonArray ? "array" : "string";
            throw Unrecognized(kind.Kind, $"couldn't get version/kind; json parse error: json: cannot unmarshal {what} into Go value of type {HeaderStruct}", body, hex: true);
        }

        CheckType(kind, obj, body);
        return obj;
    }

    /// <summary>Decodes DeleteOptions for an object of a kind; null for an empty body.</summary>
    public static JsonObject? DecodeDeleteOptions(HttpContext http, ResourceKind kind, byte[] body) =>
        body.Length == 0 ? null : DecodeDocument(http, kind with { Kind = "DeleteOptions", Schema = null }, body, []) as JsonObject;

    private static JsonNode? DecodeDocument(HttpContext http, ResourceKind expected, byte[] body, List<string> duplicates)
    {
        var kind = expected.Kind;
        var type = (http.Request.ContentType ?? "").Split(';')[0].Trim();
        try
        {
            return type switch
            {
                "" or "application/json" => JsonDecoding.Decode(body, duplicates),
                "application/yaml" => YamlDecoding.Decode(body),
                ProtobufEnvelope.MediaType when !expected.IsCustom => ProtobufEnvelope.Decode(body, expected.ApiVersion, kind),
                _ => throw new ApiException(
                    415, "UnsupportedMediaType",
                    "the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf"),
            };
        }
        catch (JsonException e)
        {
            throw Unrecognized(kind, $"couldn't get version/kind; json parse error: {GoJsonSyntax.Describe(body) ?? e.Message}", body, hex: false);
        }
        catch (FormatException e)
        {
            throw Unrecognized(kind, e.Message, body, hex: true);
        }
        catch (YamlException e)
        {
            throw Unrecognized(kind, $"yaml: line {e.Start.Line}: {e.Message}", body, hex: false);
        }
    }

    private static void CheckType(ResourceKind kind, JsonObject obj, byte[] body)
    {
        var givenKind = Text(obj, "kind");
        var givenVersion = Text(obj, "apiVersion");
        if (kind.IsCustom)
        {
            CheckCustomType(kind, obj, body, givenKind, givenVersion);
        }
        else if (givenKind.Length > 0 && givenVersion.Length > 0 && (givenKind != kind.Kind || givenVersion != kind.ApiVersion))
        {
            CheckBuiltInType(kind, givenKind, givenVersion);
        }

        obj["kind"] = kind.Kind;
        obj["apiVersion"] = kind.ApiVersion;
        if (obj["metadata"] is not JsonObject)
        {
            obj["metadata"] = new JsonObject();
        }
    }

    private static void CheckBuiltInType(ResourceKind kind, string givenKind, string givenVersion)
    {
        var internalGroup = kind.Group.Length == 0 ? "core" : kind.Group.Split('.')[0];
        throw ApiErrors.BadRequest(givenVersion == kind.ApiVersion
            ? $"{givenKind} in version \"{kind.Version}\" cannot be handled as a {kind.Kind}: converting (v1.{givenKind}) to ({internalGroup}.{kind.Kind}): unknown conversion"
            : givenKind == kind.Kind
                ? $"the API version in the data ({givenVersion}) does not match the expected API version ({kind.ApiVersion})"
                : $"no kind \"{givenKind}\" is registered for version \"{givenVersion}\" in scheme \"pkg/api/legacyscheme/scheme.go:30\"");
    }

    private static void CheckCustomType(ResourceKind kind, JsonObject obj, byte[] body, string givenKind, string givenVersion)
    {
        if (givenKind.Length == 0)
        {
            throw Unrecognized(kind.Kind, $"Object 'Kind' is missing in '{Show(body)}'", body, hex: false);
        }

        if (givenVersion.Length == 0)
        {
            throw Unrecognized(kind.Kind, $"Object 'apiVersion' is missing in '{Show(body)}'", body, hex: false);
        }

        if (givenVersion != kind.ApiVersion)
        {
            throw ApiErrors.BadRequest($"the API version in the data ({givenVersion}) does not match the expected API version ({kind.ApiVersion})");
        }

        if (givenKind != kind.Kind)
        {
            var name = obj["metadata"] is JsonObject metadata ? Text(metadata, "name") : "";
            throw ApiErrors.Invalid(
                kind.Group, givenKind, $"{givenKind}.{kind.Group}", name,
                [new StatusCause("FieldValueInvalid", $"Invalid value: \"{givenKind}\": must be {kind.Kind}", "kind")]);
        }
    }

    private static string Text(JsonObject obj, string key) =>
        obj[key] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : "";

    private static ApiException Unrecognized(string kind, string why, byte[] body, bool hex)
    {
        var shown = hex ? Convert.ToHexStringLower(body.AsSpan(0, Math.Min(body.Length, 64))) : Show(body);
        return ApiErrors.BadRequest($"the object provided is unrecognized (must be of type {kind}): {why} ({shown})");
    }

    private static string Show(byte[] body) => body.Length == 0 ? "<empty>" : body.Length > 1024 ? Convert.ToHexStringLower(body.AsSpan(0, 64)) + " ..." : Encoding.UTF8.GetString(body);
}
