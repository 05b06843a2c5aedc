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

    private readonly Dictionary<string, long> _writes = [];

    /// <summary>Chooses what goes wrong with the next request of a candidate; null: nothing.</summary>
    public Func<string, LeaseFault>? Fault { get; set; }

    /// <summary>Clock for <see cref="LastWriteOf"/>.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Late requests go on when this completes.</summary>
    public TaskCompletionSource Late { get; set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>When the last stored write of a holder was received; null when there is none.</summary>
    public long? LastWriteOf(string holder)
    {
        lock (_gate)
        {
            return _writes.TryGetValue(holder, out var at) ? at : null;
        }
    }

    /// <summary>As <c>kubectl delete lease</c>.</summary>
    public void Delete()
    {
        lock (_gate)
        {
            _lease = null;
        }
    }

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

        return Fault?.Invoke(request.Headers["User-Agent"].Split('/')[0]) is { } fault and not LeaseFault.None
            ? FailAsync(fault, request, context)
            : AnswerWellAsync(request, context, Clock.GetTimestamp());
    }

    private async Task FailAsync(LeaseFault fault, ReceivedRequest request, HttpContext context)
    {
        var received = Clock.GetTimestamp();
        switch (fault)
        {
            case LeaseFault.InternalError:
                await Answers.StatusAsync(context, 500, "InternalError", "etcdserver: request timed out");
                break;
            case LeaseFault.TooManyRequests:
                context.Response.Headers.RetryAfter = "1";
                await Answers.StatusAsync(context, 429, "TooManyRequests", "slow down");
                break;
            case LeaseFault.Conflict when request.Method != "GET":
                await Answers.StatusAsync(context, 409, "Conflict", "the object has been modified");
                break;
            case LeaseFault.Late:
                // Whatever the candidate believes by then, a write that was on its way may still be done.
                await Late.Task;
                await AnswerWellAsync(request, context, received);
                break;
            case LeaseFault.AnswerLost when request.Method != "GET":
                await AnswerWellAsync(request, context: null, received);
                context.Abort();
                break;
            default:
                context.Abort();
                break;
        }
    }

    private Task AnswerWellAsync(ReceivedRequest request, HttpContext? context, long received)
    {
        lock (_gate)
        {
            return request.Method switch
            {
                "GET" when _lease is null => Refuse(context, 404, "NotFound", "leases \"leader\" not found"),
                "GET" => Answers.JsonAsync(context!, 200, _lease!.DeepClone()),
                "POST" when _lease is not null => Refuse(context, 409, "AlreadyExists", "leases \"leader\" already exists"),
                "PUT" when (string?)JsonNode.Parse(request.Body)!["metadata"]!["resourceVersion"] != (string?)_lease?["metadata"]!["resourceVersion"] =>
                    Refuse(context, 409, "Conflict", "the object has been modified"),
                _ => Store(JsonNode.Parse(request.Body)!.AsObject(), context, received),
            };
        }
    }

    private static Task Refuse(HttpContext? context, int code, string reason, string message) =>
        context is null ? Task.CompletedTask : Answers.StatusAsync(context, code, reason, message);

    private Task Store(JsonObject lease, HttpContext? context, long received)
    {
        // A real server reads times with exactly this layout, and refuses a duration below one second.
        foreach (var name in new[] { "acquireTime", "renewTime" })
        {
            DateTime.ParseExact((string)lease["spec"]![name]!, "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
        }

        Assert.True((int)lease["spec"]!["leaseDurationSeconds"]! >= 1);
        lease["metadata"]!["resourceVersion"] = (++_version).ToString(CultureInfo.InvariantCulture);
        _lease = lease;
        _writes[(string)lease["spec"]!["holderIdentity"]!] = received;
        if (Interlocked.Exchange(ref _answerToHold, null) is { } held)
        {
            held.SetResult();
            return Task.Delay(Timeout.InfiniteTimeSpan, context!.RequestAborted);
        }

        return context is null ? Task.CompletedTask : Answers.JsonAsync(context, 200, lease.DeepClone());
    }
}
