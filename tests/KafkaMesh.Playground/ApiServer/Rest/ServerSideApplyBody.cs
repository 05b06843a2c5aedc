using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Kinds;
using YamlDotNet.Core;

namespace KafkaMesh.Playground.ApiServer.Rest;

/// <summary>Decodes the YAML (or JSON) document of a server-side apply.</summary>
internal static class ServerSideApplyBody
{
    /// <summary>The applied configuration.</summary>
    /// <exception cref="ApiException">400 for an unreadable document or another type than the URL's.</exception>
    public static JsonObject Decode(ResourceKind kind, byte[] body)
    {
        JsonNode? document;
        try
        {
            document = YamlDecoding.Decode(body);
        }
        catch (YamlException e)
        {
            throw ApiErrors.BadRequest($"error decoding YAML: yaml: line {e.Start.Line}: {e.Message}");
        }

        if (document is not JsonObject applied)
        {
            throw ApiErrors.BadRequest("error decoding YAML: json: cannot unmarshal string into Go value of type map[string]interface {}");
        }

        var (givenVersion, givenKind) = (applied["apiVersion"]?.ToString() ?? "", applied["kind"]?.ToString() ?? "");
        if (givenKind.Length == 0 || givenVersion.Length == 0)
        {
            throw ApiErrors.BadRequest($"invalid object type: /{givenVersion}, Kind={givenKind}");
        }

        if (givenVersion != kind.ApiVersion || givenKind != kind.Kind)
        {
            throw ApiErrors.BadRequest($"{givenVersion}, Kind={givenKind} is not {kind.ApiVersion}, Kind={kind.Kind}: the applied object must be of the type that the URL names");
        }

        if (applied["metadata"] is not JsonObject)
        {
            applied["metadata"] = new JsonObject();
        }

        return applied;
    }
}
