using System.Globalization;
using System.Text.Json.Nodes;
using KafkaMesh.Kubernetes.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;

namespace KafkaMesh.Kubernetes.Tests.Leadership;

/// <summary>One lease with optimistic concurrency and a real server's checks; single candidates can be cut off by their user agent.</summary>
internal sealed class LeaseServer
{
    private readonly Lock _gate = new();
    private JsonObject? _lease;
    private int _version = 1;

    private TaskCompletionSource? _answerToHold;

    /// <summary>User agent that gets 500.</summary>
    public volatile string? CutOff;

    /// <summary>Stores the next renewal but never answers it; completes when that has come.</summary>
    public Task HoldNextAnswerAsync()
    {
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _answerToHold = held;
        return held.Task;
    }

    public string? Holder
    {
        get
        {
            lock (_gate)
            {
                return (string?)_lease?["spec"]?["holderIdentity"];
            }
        }
    }

    public JsonObject? Lease
    {
        get
        {
            lock (_gate)
            {
                return _lease?.DeepClone().AsObject();
            }
        }
    }

    public Task AnswerAsync(ReceivedRequest request, HttpContext context)
    {
        if (CutOff is { } agent && request.Headers["User-Agent"].StartsWith(agent, StringComparison.Ordinal))
        {
            return Answers.StatusAsync(context, 500, "InternalError", "cut off");
        }

        lock (_gate)
        {
            return request.Method switch
            {
                "GET" when _lease is null => Answers.StatusAsync(context, 404, "NotFound", "leases \"leader\" not found"),
                "GET" => Answers.JsonAsync(context, 200, _lease!.DeepClone()),
                "POST" when _lease is not null => Answers.StatusAsync(context, 409, "AlreadyExists", "leases \"leader\" already exists"),
                "PUT" when (string?)JsonNode.Parse(request.Body)!["metadata"]!["resourceVersion"] != (string?)_lease?["metadata"]!["resourceVersion"] =>
                    Answers.StatusAsync(context, 409, "Conflict", "the object has been modified"),
                _ => Store(JsonNode.Parse(request.Body)!.AsObject(), context),
            };
        }
    }

    private Task Store(JsonObject lease, HttpContext context)
    {
        // A real server reads times with exactly this layout, and refuses a duration below one second.
        foreach (var name in new[] { "acquireTime", "renewTime" })
        {
            DateTime.ParseExact((string)lease["spec"]![name]!, "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
        }

        Assert.True((int)lease["spec"]!["leaseDurationSeconds"]! >= 1);
        lease["metadata"]!["resourceVersion"] = (++_version).ToString(CultureInfo.InvariantCulture);
        _lease = lease;
        if (Interlocked.Exchange(ref _answerToHold, null) is { } held)
        {
            held.SetResult();
            return Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
        }

        return Answers.JsonAsync(context, 200, lease.DeepClone());
    }
}
