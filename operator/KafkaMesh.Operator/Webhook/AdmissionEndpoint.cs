using System.Net;
using System.Text.Json;
using KafkaMesh.Kubernetes;
using KafkaMesh.Kubernetes.Admission;
using KafkaMesh.Operator.Metrics;
using Microsoft.AspNetCore.Http;

namespace KafkaMesh.Operator.Webhook;

/// <summary>The HTTP side of the webhook: reads an AdmissionReview, bounded in size and time, and writes the answer.</summary>
/// <param name="handler">Decides.</param>
/// <param name="room">What the bodies of all requests share.</param>
/// <param name="metrics">Told how long it took, and what was refused for want of room.</param>
/// <param name="time">The clock.</param>
/// <param name="isStopping">Whether this replica is about to end.</param>
internal sealed class AdmissionEndpoint(AdmissionHandler handler, BodyRoom room, OperatorMetrics metrics, TimeProvider time, Func<bool> isStopping)
{
    /// <summary>Largest review that is read: as much as API servers read of a request; etcd stores objects of at most 1.5 MiB.</summary>
    public const int MaxBodyBytes = 3 * 1024 * 1024;

    /// <summary>Below the five seconds after which the API server gives up.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(4);

    /// <summary>Handles one POST.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        // An API server goes on with the connections that it has, also when the Service leads elsewhere: a question that crossed their end would be lost.
        if (isStopping())
            context.Response.Headers.Connection = "close";
        if (!IsJson(context.Request.ContentType))
        {
            await RefuseAsync(context, HttpStatusCode.UnsupportedMediaType, "the body must be application/json");
            return;
        }
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        deadline.CancelAfter(Deadline);
        // It keeps its room until the answer is written: as long, what was made of it takes memory.
        using var body = new ReviewBody(room);
        AdmissionReview? review;
        long start;
        try
        {
            await body.ReadAsync(context.Request.Body, deadline.Token);
            start = time.GetTimestamp();
            review = body.Deserialize(KubernetesJson.Default.AdmissionReview);
        }
        catch (JsonException error)
        {
            await RefuseAsync(context, HttpStatusCode.BadRequest, $"the body is no AdmissionReview: {error.Message}");
            return;
        }
        catch (BadHttpRequestException error)
        {
            await RefuseAsync(context, (HttpStatusCode)error.StatusCode, error.Message);
            return;
        }
        catch (OperationCanceledException) when (body.LacksRoom && !context.RequestAborted.IsCancellationRequested)
        {
            metrics.Admissions.Increment("refused", "memory");
            context.Response.Headers.RetryAfter = "1";
            await RefuseAsync(context, HttpStatusCode.ServiceUnavailable, "other large reviews hold all the memory there is for them; send this one again");
            return;
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            // No answer is taken that does not repeat the request's uid, which may not have come: the entry's failurePolicy decides.
            await RefuseAsync(context, HttpStatusCode.RequestTimeout, $"the body did not arrive within {Deadline.TotalSeconds:0} s");
            return;
        }
        if (review is not { ApiVersion: AdmissionReview.V1, Request.Uid.Length: > 0 })
        {
            await RefuseAsync(context, HttpStatusCode.BadRequest, $"the body must be an AdmissionReview of {AdmissionReview.V1} with a request");
            return;
        }
        var outcome = await handler.HandleAsync(review.Request, deadline.Token);
        context.Response.ContentType = "application/json";
        using (var writer = new Utf8JsonWriter(context.Response.BodyWriter))
            JsonSerializer.Serialize(writer, AdmissionReview.Answer(outcome.Response), KubernetesJson.Default.AdmissionReview);
        await context.Response.CompleteAsync();
        metrics.AdmissionDuration.Observe(time.GetElapsedTime(start));
        if (outcome.Decision is { } decision)
            handler.Log(review.Request, decision);
    }

    private static bool IsJson(string? contentType) =>
        contentType?.Split(';')[0].Trim().Equals("application/json", StringComparison.OrdinalIgnoreCase) == true;

    private static Task RefuseAsync(HttpContext context, HttpStatusCode status, string message)
    {
        context.Response.StatusCode = (int)status;
        context.Response.ContentType = "text/plain";
        return context.Response.WriteAsync(message + "\n", CancellationToken.None);
    }
}
