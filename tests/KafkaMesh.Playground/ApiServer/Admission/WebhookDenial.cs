using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Defaults;
using KafkaMesh.Playground.ApiServer.Rest;

namespace KafkaMesh.Playground.ApiServer.Admission;

/// <summary>Turns the status of a denial into the answer to the client (admission-responses:20 to :41).</summary>
internal static class WebhookDenial
{
    /// <summary>The error for the client; a code below 400 becomes 400.</summary>
    public static ApiException For(string webhook, JsonObject? status)
    {
        var message = status.Text("message");
        var reason = status.Text("reason");
        var why = message.Length > 0 ? $"denied the request: {message}"
            : reason.Length > 0 ? $"denied the request: {reason}"
            : "denied the request without explanation";
        var code = status.Integer("code") is { } given and >= 400 and <= 599 ? (int)given : 400;
        var details = status.Map("details")?.DeepClone() as JsonObject;
        return new ApiException(code, reason.Length > 0 ? reason : null, $"admission webhook \"{webhook}\" {why}", details);
    }
}
