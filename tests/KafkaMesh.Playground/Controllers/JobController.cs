using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Rest;
using KafkaMesh.Playground.Node;

namespace KafkaMesh.Playground.Controllers;

/// <summary>Runs a Job's pods until enough have succeeded, too many have failed or its deadline is over, and removes it when its time to live is.</summary>
/// <param name="client">The API.</param>
/// <param name="events">Where its events go.</param>
/// <param name="firstPause">The pause after the first failed pod; it doubles with each.</param>
/// <param name="time">The clock.</param>
internal sealed class JobController(IClusterClient client, EventRecorder events, TimeSpan firstPause, TimeProvider time) : Controller(client, time)
{
    private const string ApiVersion = "batch/v1";

    protected override IEnumerable<(string ApiVersion, string Kind, Func<JsonObject, IEnumerable<ObjectName>> Names)> Sources =>
        [(ApiVersion, "Job", Itself), ("v1", "Pod", pod => Owner(pod, "Job"))];

    protected override async Task ReconcileAsync(ObjectName name, CancellationToken cancellationToken)
    {
        if (Client.Get(ApiVersion, "Job", name.Namespace, name.Name) is not { } job || job.IsBeingDeleted()) return;
        if (FinishedAt(job) is { } finishedAt)
        {
            await RemoveWhenOldAsync(job, finishedAt, cancellationToken);
            return;
        }
        var pods = Client.List("v1", "Pod", name.Namespace).Where(p => p.IsControlledBy(job.Uid())).ToList();
        var (succeeded, failed) = (pods.Count(p => p.Text("status", "phase") == "Succeeded"), pods.Count(p => p.Text("status", "phase") == "Failed"));
        var active = pods.Where(p => !p.IsFinished() && !p.IsBeingDeleted()).ToList();
        if (Failure(job, pods, failed) is { } failure)
        {
            foreach (var pod in active) await Client.DeleteAsync("v1", "Pod", name.Namespace, pod.Name(), new DeleteRequest(), cancellationToken);
            await WriteStatusAsync(job, 0, succeeded, failed + active.Count, failure, cancellationToken);
        }
        else if (succeeded >= (job.Number("spec", "completions") ?? 1))
        {
            await WriteStatusAsync(job, 0, succeeded, failed, ("Complete", "CompletionsReached", "Reached expected number of succeeded pods"), cancellationToken);
        }
        else
        {
            var count = await CreateMissingAsync(job, pods, active.Count, succeeded, cancellationToken);
            await WriteStatusAsync(job, count, succeeded, failed, null, cancellationToken);
            AwaitDeadline(job, cancellationToken);
        }
    }

    /// <summary>Deletes a finished Job once ttlSecondsAfterFinished is over.</summary>
    private async Task RemoveWhenOldAsync(JsonObject job, DateTimeOffset finishedAt, CancellationToken cancellationToken)
    {
        if (job.Number("spec", "ttlSecondsAfterFinished") is not { } seconds) return;
        var left = finishedAt + TimeSpan.FromSeconds(seconds) - Time.GetUtcNow();
        if (left > TimeSpan.Zero) EnqueueAfter(new ObjectName(job.Namespace(), job.Name()), left, cancellationToken);
        else await Client.DeleteAsync(ApiVersion, "Job", job.Namespace(), job.Name(), new DeleteRequest { PreconditionUid = job.Uid(), PropagationPolicy = "Background" }, cancellationToken);
    }

    private (string Type, string Reason, string Message)? Failure(JsonObject job, List<JsonObject> pods, int failed)
    {
        var retries = failed + pods.Where(p => p.Text("status", "phase") is not "Succeeded").SelectMany(p => p.Objects("status", "containerStatuses")).Sum(c => c.Number("restartCount") ?? 0);
        if (retries > (job.Number("spec", "backoffLimit") ?? 6)) return ("Failed", "BackoffLimitExceeded", "Job has reached the specified backoff limit");
        if (Deadline(job) is { } deadline && Time.GetUtcNow() >= deadline) return ("Failed", "DeadlineExceeded", "Job was active longer than specified deadline");
        return null;
    }

    /// <summary>Creates the pods that are missing and returns how many are active then; after a failure the next one waits 10, 20, 40 … seconds, at most 10 minutes.</summary>
    private async Task<int> CreateMissingAsync(JsonObject job, List<JsonObject> pods, int active, int succeeded, CancellationToken cancellationToken)
    {
        var wanted = job.Flag("spec", "suspend") == true ? 0 : Math.Min(job.Number("spec", "parallelism") ?? 1, (job.Number("spec", "completions") ?? 1) - succeeded);
        if (active >= wanted) return active;
        if (PodBackoff.Remaining(pods, firstPause, Time) is { } pause)
        {
            EnqueueAfter(new ObjectName(job.Namespace(), job.Name()), pause, cancellationToken);
            return active;
        }
        for (; active < wanted; active++)
        {
            var pod = await Client.CreateAsync(Create(job), cancellationToken);
            await events.RecordAsync(job, "Normal", "SuccessfulCreate", $"Created pod: {pod.Name()}");
        }
        return active;
    }

    private void AwaitDeadline(JsonObject job, CancellationToken cancellationToken)
    {
        if (job.Number("spec", "activeDeadlineSeconds") is not { } seconds || job.Flag("spec", "suspend") == true) return;
        var left = (Deadline(job) ?? Time.GetUtcNow() + TimeSpan.FromSeconds(seconds)) - Time.GetUtcNow();
        EnqueueAfter(new ObjectName(job.Namespace(), job.Name()), left > TimeSpan.Zero ? left : TimeSpan.Zero, cancellationToken);
    }

    private static DateTimeOffset? Deadline(JsonObject job) =>
        job.Number("spec", "activeDeadlineSeconds") is { } seconds && PodFacts.Time(job.Text("status", "startTime")) is { } start ? start + TimeSpan.FromSeconds(seconds) : null;

    /// <summary>When the Job ended, or null while it runs.</summary>
    private static DateTimeOffset? FinishedAt(JsonObject job) => job.Objects("status", "conditions")
        .Where(c => c.Text("type") is "Complete" or "Failed" && c.Text("status") == "True").Select(c => PodFacts.Time(c.Text("lastTransitionTime"))).FirstOrDefault();

    private static JsonObject Create(JsonObject job)
    {
        var pod = PodFacts.FromTemplate(job, job.At("spec", "template")!);
        var metadata = (JsonObject)pod["metadata"]!;
        var labels = (JsonObject)(metadata["labels"] ??= new JsonObject());
        foreach (var prefix in new[] { "", "batch.kubernetes.io/" }) (labels[prefix + "job-name"], labels[prefix + "controller-uid"]) = (job.Name(), job.Uid());
        return pod;
    }

    private async Task WriteStatusAsync(
        JsonObject job, int active, int succeeded, int failed, (string Type, string Reason, string Message)? end, CancellationToken cancellationToken)
    {
        var stamp = JsonAccess.Stamp(Time.GetUtcNow());
        var ready = Client.List("v1", "Pod", job.Namespace()).Count(p => p.IsControlledBy(job.Uid()) && p.IsReady());
        await Client.ModifyAsync(ApiVersion, "Job", job.Namespace(), job.Name(), "status", current =>
        {
            var before = current.At("status")?.DeepClone();
            var status = (JsonObject)(current["status"] ??= new JsonObject());
            status["startTime"] ??= stamp;
            foreach (var (field, value) in new[] { ("active", active), ("succeeded", succeeded), ("failed", failed) })
            {
                if (value > 0) status[field] = value;
                else status.Remove(field);
            }
            status["ready"] = ready;
            if (end is var (type, reason, message))
            {
                status.SetCondition(new JsonObject { ["type"] = type, ["status"] = "True", ["reason"] = reason, ["message"] = message }, stamp);
                if (type == "Complete") status["completionTime"] ??= stamp;
            }
            return !JsonNode.DeepEquals(before, status);
        }, cancellationToken);
        if (end is { Type: "Complete" }) await events.RecordAsync(job, "Normal", "Completed", "Job completed");
        else if (end is var (_, why, text)) await events.RecordAsync(job, "Warning", why, text);
    }
}
