using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using KafkaMesh.Operator.Dashboard.Views;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace KafkaMesh.Operator.Dashboard.Http;

/// <summary>Writes answers.</summary>
internal static class Answer
{
    private const string Json = "application/json";
    private const int SlowestBytesPerSecond = 32 * 1024;

    private static readonly WaitingAnswers s_waiting = new(64 * 1024 * 1024);

    /// <summary>A view, or 304 when the caller has it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="view">The view.</param>
    /// <param name="type">How it is written.</param>
    /// <param name="tag">What the view depends on beside the time; null when it is new at every request.</param>
    /// <exception cref="ProblemException">Too much waits for slow readers.</exception>
    public static async Task WriteAsync<T>(HttpContext context, T view, JsonTypeInfo<T> type, string? tag = null)
    {
        // Written for this reader alone: it stays until they have taken it.
        var size = 0;
        try
        {
            await WriteAsync(
                context,
                () =>
                {
                    var json = JsonSerializer.SerializeToUtf8Bytes(view, type);
                    s_waiting.Add(json.Length);
                    size = json.Length;
                    return json;
                },
                tag);
        }
        finally
        {
            s_waiting.Remove(size);
        }
    }

    /// <summary>JSON that is made only when the caller does not have it.</summary>
    public static Task WriteAsync(HttpContext context, Func<byte[]> json, string? tag)
    {
        if (tag is not null)
        {
            // Weak: the time in it differs.
            var entityTag = $"W/\"{tag}\"";
            context.Response.Headers.ETag = entityTag;
            context.Response.Headers.CacheControl = "private, no-cache";
            context.Response.Headers.Vary = "Authorization, X-KafkaMesh-Token";
            if (context.Request.Headers.IfNoneMatch == entityTag)
            {
                context.Response.StatusCode = StatusCodes.Status304NotModified;
                return Task.CompletedTask;
            }
        }
        return WriteAsync(context, StatusCodes.Status200OK, Json, json());
    }

    /// <summary>Why there is no answer; nothing when one has begun.</summary>
    public static Task WriteAsync(HttpContext context, ProblemException problem)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return Task.CompletedTask;
        }
        context.Response.Headers.CacheControl = "no-store";
        if (problem.Status == StatusCodes.Status401Unauthorized)
            context.Response.Headers.WWWAuthenticate = "Bearer";
        if (problem.Status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable)
            context.Response.Headers.RetryAfter = "5";
        var view = new ProblemView(problem.Status, ReasonPhrases.GetReasonPhrase(problem.Status), problem.Message);
        return WriteAsync(context, problem.Status, "application/problem+json", JsonSerializer.SerializeToUtf8Bytes(view, DashboardJson.Default.ProblemView));
    }

    /// <summary>A body of known length.</summary>
    public static async Task WriteAsync(HttpContext context, int status, string contentType, ReadOnlyMemory<byte> body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        context.Response.ContentLength = body.Length;
        if (context.Response.Headers.CacheControl.Count == 0)
            context.Response.Headers.CacheControl = "no-store";
        if (HttpMethods.IsHead(context.Request.Method))
            return;
        using var deadline = new CancellationTokenSource(EventStream.Patience + TimeSpan.FromSeconds(body.Length / SlowestBytesPerSecond));
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, context.RequestAborted);
        try
        {
            await context.Response.Body.WriteAsync(body, either.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            context.Abort();
        }
    }
}
