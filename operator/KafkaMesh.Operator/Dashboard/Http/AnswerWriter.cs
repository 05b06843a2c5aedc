using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using KafkaMesh.Operator.Dashboard.Views;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace KafkaMesh.Operator.Dashboard.Http;

/// <summary>Writes answers, and cuts off who does not take them.</summary>
/// <param name="waiting">Bounds what waits for readers.</param>
/// <param name="time">The clock of the deadlines.</param>
internal sealed class AnswerWriter(WaitingAnswers waiting, TimeProvider time) : IDisposable
{
    /// <summary>A reader that takes less is cut off after <see cref="EventStream.Patience"/> and the time that the answer takes at this rate.</summary>
    public const int SlowestBytesPerSecond = 32 * 1024;

    /// <summary>Large answers that are made at a time: each may take tens of megabytes before it is counted.</summary>
    public const int MaxMaking = 2;

    private const string Json = "application/json";

    private readonly SemaphoreSlim _making = new(MaxMaking);

    /// <summary>A view, or 304 when the caller has it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="view">The view.</param>
    /// <param name="type">How it is written.</param>
    /// <param name="tag">What the view depends on beside the time; null when it is new at every request.</param>
    /// <exception cref="ProblemException">Too much waits for slow readers.</exception>
    public Task WriteAsync<T>(HttpContext context, T view, JsonTypeInfo<T> type, string? tag = null) =>
        WriteAsync(context, () => JsonSerializer.SerializeToUtf8Bytes(view, type), tag);

    /// <summary>JSON that is made only when the caller does not have it.</summary>
    /// <exception cref="ProblemException">Too much waits for slow readers.</exception>
    public Task WriteAsync(HttpContext context, Func<byte[]> json, string? tag)
    {
        return IsKnown(context, tag) ? Task.CompletedTask : WriteAsync(context, json());
    }

    /// <summary>JSON.</summary>
    /// <exception cref="ProblemException">Too much waits for slow readers.</exception>
    public async Task WriteAsync(HttpContext context, byte[] json)
    {
        using var held = waiting.Hold(json);
        await WriteAsync(context, StatusCodes.Status200OK, Json, json);
    }

    /// <summary>JSON that may be large and is for this reader alone. It is made in its turn, <see cref="MaxMaking"/> at a time, and counted before the next one's turn comes.</summary>
    /// <param name="context">The request.</param>
    /// <param name="make">Makes it, and the tag that it has.</param>
    /// <exception cref="ProblemException">Too much waits for slow readers.</exception>
    public async Task WriteLargeAsync(HttpContext context, Func<(byte[] Json, string? Tag)> make)
    {
        byte[] json;
        IDisposable held;
        await _making.WaitAsync(context.RequestAborted);
        try
        {
            (json, var tag) = make();
            if (IsKnown(context, tag))
                return;
            held = waiting.Hold(json);
        }
        finally
        {
            _making.Release();
        }
        using (held)
            await WriteAsync(context, StatusCodes.Status200OK, Json, json);
    }

    /// <inheritdoc/>
    public void Dispose() => _making.Dispose();

    /// <summary>Why there is no answer; nothing when one has begun.</summary>
    public Task WriteAsync(HttpContext context, ProblemException problem)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return Task.CompletedTask;
        }
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.Remove("ETag");
        if (problem.Status == StatusCodes.Status401Unauthorized)
            context.Response.Headers.WWWAuthenticate = "Bearer";
        if (problem.Status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable)
            context.Response.Headers.RetryAfter = problem.RetrySeconds.ToString(CultureInfo.InvariantCulture);
        var view = new ProblemView(problem.Status, ReasonPhrases.GetReasonPhrase(problem.Status), problem.Message);
        return WriteAsync(context, problem.Status, "application/problem+json", JsonSerializer.SerializeToUtf8Bytes(view, DashboardJson.Default.ProblemView));
    }

    /// <summary>A body of known length.</summary>
    public async Task WriteAsync(HttpContext context, int status, string contentType, ReadOnlyMemory<byte> body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        context.Response.ContentLength = body.Length;
        if (context.Response.Headers.CacheControl.Count == 0)
            context.Response.Headers.CacheControl = "no-store";
        if (HttpMethods.IsHead(context.Request.Method))
            return;
        using var deadline = new CancellationTokenSource(EventStream.Patience + TimeSpan.FromSeconds(body.Length / SlowestBytesPerSecond), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, context.RequestAborted);
        try
        {
            await BodyPieces.WriteAsync(context.Response.Body, body, either.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            context.Abort();
        }
    }

    // Answers 304 when the caller has it.
    private static bool IsKnown(HttpContext context, string? tag)
    {
        if (tag is null)
            return false;
        var entityTag = $"W/\"{tag}\""; // weak: the time in it differs
        context.Response.Headers.ETag = entityTag;
        context.Response.Headers.CacheControl = "private, no-cache";
        context.Response.Headers.Vary = "Authorization, X-KafkaMesh-Token";
        if (context.Request.Headers.IfNoneMatch != entityTag)
            return false;
        context.Response.StatusCode = StatusCodes.Status304NotModified;
        return true;
    }
}
