using System.Text.Json.Nodes;

namespace KafkaMesh.Playground.Tests.ApiServer.Replay;

/// <summary>
/// In some recordings the recorder played a server that lacks something: it answered itself, or changed the request on its way. Step labels
/// say so ("1.36 without nodisc+notable: get").
/// </summary>
internal static class Degradation
{
    private const string Without = " without ";

    /// <summary>The request that reached the server, or null when the recorder answered in its place.</summary>
    public static TranscriptStep? Reaching(TranscriptStep step)
    {
        var lacking = Lacking(step.Label);
        var isOpenApi = step.Url.StartsWith("/openapi/", StringComparison.Ordinal);
        if ((isOpenApi && lacking.Contains("noopenapi")) || (step.Url.StartsWith("/openapi/v3", StringComparison.Ordinal) && lacking.Contains("noopenapi3")))
        {
            return null;
        }

        return lacking switch
        {
            _ when lacking.Contains("nov2pb") && step.Url.StartsWith("/openapi/v2", StringComparison.Ordinal) => Accepting(step, _ => false),
            _ when lacking.Contains("nodisc") || lacking.Contains("notable") => Accepting(step, type =>
                !(lacking.Contains("nodisc") && type.Contains("as=APIGroupDiscoveryList", StringComparison.Ordinal)) && !(lacking.Contains("notable") && type.Contains("as=Table", StringComparison.Ordinal))),
            _ => step,
        };
    }

    private static string[] Lacking(string label) =>
        label.IndexOf(Without, StringComparison.Ordinal) is var at and >= 0 ? label[(at + Without.Length)..].Split(':')[0].Split('+') : [];

    private static TranscriptStep Accepting(TranscriptStep step, Func<string, bool> isLeft)
    {
        var request = (JsonObject)step.Request.DeepClone();
        var left = (request["headers"]?["Accept"]?.ToString() ?? "").Split(',').Where(isLeft).ToList();
        request["headers"]!["Accept"] = left.Count > 0 ? string.Join(',', left) : "application/json";
        return step with { Request = request };
    }
}
