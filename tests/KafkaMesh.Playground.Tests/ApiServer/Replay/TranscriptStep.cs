using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Rest;

namespace KafkaMesh.Playground.Tests.ApiServer.Replay;

/// <summary>One recorded request with its answer.</summary>
/// <param name="Line">Line number in the transcript, from 1.</param>
/// <param name="Label">What the recorder intended.</param>
/// <param name="Request">Method, url, headers and body.</param>
/// <param name="Response">Status, headers, body or events.</param>
internal sealed record TranscriptStep(int Line, string Label, JsonObject Request, JsonObject Response)
{
    /// <summary>What the API server asked webhooks because of this request, with their answers, in order.</summary>
    public List<JsonObject> Calls { get; } = [];

    /// <summary>The recorder's note on the webhook configuration that it made before this request, or null.</summary>
    public string? Configuration { get; init; }

    /// <summary>Whether the recorder kept neither the bodies of its transcript nor more headers than the content type.</summary>
    public bool IsTerse { get; init; }

    /// <summary>HTTP method.</summary>
    public string Method => Request["method"]!.GetValue<string>();

    /// <summary>Status code of the recorded answer.</summary>
    public int Status => Response["status"]!.GetValue<int>();

    /// <summary>Path and query with placeholders.</summary>
    public string Url => Request["url"]!.GetValue<string>();

    /// <summary>What the URL asks for.</summary>
    public RequestInfo Info => field ??= RequestInfo.Parse(Method, Url.Split('?')[0], watchParameter: IsWatch);

    /// <summary>Whether the answer was a stream of events.</summary>
    public bool IsWatch => Response["events"] is JsonArray;

    /// <summary>Whether the request was a write that was done for good.</summary>
    public bool IsWrite => Method is not ("GET" or "HEAD") && Status is >= 200 and < 300 && !IsDryRun;

    private bool IsDryRun => Url.Contains("dryRun=All", StringComparison.Ordinal) || (Request["body"] as JsonObject)?["dryRun"] is JsonArray { Count: > 0 };

    /// <summary>Whether the recorder left the body out; of an empty one it kept the length.</summary>
    public bool IsBodyLeftOut => !Response.ContainsKey("body") && !IsWatch && Method != "HEAD" && Status is not (204 or 304)
        && Response["headers"]?["Content-Length"]?.ToString() != "0";

    /// <summary>Whether the recorder left the request's body out, so that it cannot be sent.</summary>
    public bool IsRequestLeftOut => IsTerse && Method is "POST" or "PUT" or "PATCH" && Request["headers"]?["Content-Type"] is not null && !Request.ContainsKey("body");

    /// <summary>A parameter of the URL, or null.</summary>
    public string? Parameter(string name) => Url.IndexOf('?', StringComparison.Ordinal) is var at and > 0 ? System.Web.HttpUtility.ParseQueryString(Url[(at + 1)..])[name] : null;
}
