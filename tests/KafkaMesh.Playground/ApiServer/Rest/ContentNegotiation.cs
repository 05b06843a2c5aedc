using System.Globalization;
using KafkaMesh.Playground.ApiServer.Kinds;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace KafkaMesh.Playground.ApiServer.Rest;

/// <summary>Chooses the form of an answer from the Accept header; this server speaks JSON and YAML, not protobuf.</summary>
internal static class ContentNegotiation
{
    private const string Accepted = "application/json, application/yaml, application/vnd.kubernetes.protobuf";

    /// <summary>The form for objects of a kind.</summary>
    /// <param name="http">The request.</param>
    /// <param name="kind">Decides the words of the refusal.</param>
    /// <param name="collection">Whether the URL is that of a collection (its 406 text lists the stream types too).</param>
    /// <exception cref="ApiException">406.</exception>
    public static Representation Choose(HttpContext http, ResourceKind kind, bool collection)
    {
        var accept = http.Request.Headers.Accept.ToString();
        if (accept.Length == 0)
        {
            return default;
        }

        var clauses = Parse(accept);
        foreach (var clause in clauses)
        {
            if (FormOf(clause) is { } form)
            {
                return form;
            }
        }

        var knownType = clauses.Any(c => c.MediaType.Value is "application/json" or "application/yaml" or "application/vnd.kubernetes.protobuf");
        throw kind.IsCustom || knownType ? OnlyThese() : NoneOfThese(collection && HttpMethods.IsGet(http.Request.Method));
    }

    /// <summary>The clauses of an Accept header, best first; malformed headers give none.</summary>
    public static IReadOnlyList<MediaTypeHeaderValue> Parse(string accept) =>
        MediaTypeHeaderValue.TryParseList([accept], out var clauses) ? [.. clauses.OrderByDescending(c => c.Quality ?? 1)] : [];

    /// <summary>The value of a parameter of a media type, or empty.</summary>
    public static string Parameter(MediaTypeHeaderValue clause, string name) =>
        clause.Parameters.FirstOrDefault(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase))?.Value.Value ?? "";

    /// <summary>406 with the list of media types.</summary>
    public static ApiException OnlyThese() =>
        new(406, "NotAcceptable", $"only the following media types are accepted: {Accepted}");

    private static ApiException NoneOfThese(bool withStreams)
    {
        var streams = withStreams ? ", application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch" : "";
        return new ApiException(406, "NotAcceptable", string.Create(CultureInfo.InvariantCulture, $"406: Not Acceptable\n\nAvailable representations: {Accepted}{streams}"), []);
    }

    private static Representation? FormOf(MediaTypeHeaderValue clause)
    {
        var type = clause.MediaType.Value;
        var yaml = type == "application/yaml";
        if (!yaml && type is not ("application/json" or "*/*" or "application/*"))
        {
            return null;
        }

        var version = Parameter(clause, "v");
        var known = Parameter(clause, "g") == "meta.k8s.io" && version is "v1" or "v1beta1";
        return Parameter(clause, "as") switch
        {
            "" => new Representation(RepresentationForm.Object, yaml),
            "Table" when known => new Representation(RepresentationForm.Table, yaml, version),
            "PartialObjectMetadata" or "PartialObjectMetadataList" when known => new Representation(RepresentationForm.Metadata, yaml, version),
            _ => null,
        };
    }
}
