using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace KafkaMesh.Kubernetes.Tests.Infrastructure;

/// <summary>Answers of an API server.</summary>
internal static class Answers
{
    public static async Task JsonAsync(HttpContext context, int status, JsonNode? body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync((body?.ToJsonString() ?? "null") + "\n", context.RequestAborted);
    }

    public static Task StatusAsync(HttpContext context, int code, string reason, string message) => JsonAsync(context, code, Status(code, reason, message));

    public static JsonObject Status(int code, string reason, string message) => new()
    {
        ["kind"] = "Status",
        ["apiVersion"] = "v1",
        ["metadata"] = new JsonObject(),
        ["status"] = "Failure",
        ["message"] = message,
        ["reason"] = reason,
        ["code"] = code,
    };

    /// <summary>Writes a piece of a stream so that it goes out now.</summary>
    public static async Task PieceAsync(HttpContext context, string text)
    {
        if (!context.Response.HasStarted)
        {
            context.Response.ContentType = "application/json";
        }

        await context.Response.WriteAsync(text, context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }

    public static string EventLine(string type, JsonNode subject) =>
        new JsonObject { ["type"] = type, ["object"] = subject.DeepClone() }.ToJsonString() + "\n";
}
