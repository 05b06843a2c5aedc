using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Rest;
using KafkaMesh.Playground.Node;

namespace KafkaMesh.Playground.Controllers;

/// <summary>Runs a Job's pods until enough have succeeded or too many have failed.</summary>
internal sealed class JobController(IClusterClient client, EventRecorder events, TimeProvider time) : Controller(client, time)
{
    private const string ApiVersion = "batch/v1";

    protected override IEnumerable<(string ApiVersion, string Kind, Func<JsonObject, IEnumerable<ObjectName>> Names)> Sources =>
        [(ApiVersion, "Job", Itself), ("v1", "Pod", pod => Owner(pod, "Job"))];

    protected override async Task ReconcileAsync(ObjectName name, CancellationToken cancellationToken)
    {
        if (Client.Get(ApiVersion, "Job", name.Namespace, name.Name) is not { } job || job.IsBeingDeleted() || IsFinished(job)) return;
        var pods = Client.List("v1", "Pod", name.Namespace).Where(p => p.IsControlledBy(job.Uid())).ToList();
        var (succeeded, failed) = (pods.Count(p => p.Text("status", "phase") == "Succeeded"), pods.Count(p => p.Text("status", "phase") == "Failed"));
        var active = pods.Where(p => !p.IsFinished() && !p.IsBeingDeleted()).ToList();
        var (completions, parallelism) = (job.Number("spec", "completions") ?? 1, job.Number("spec", "parallelism") ?? 1);
        var retries = failed + pods.SelectMany(p => p.Objects("status", "containerStatuses")).Sum(c => c.Number("restartCount") ?? 0);
        if (retries > (job.Number("spec", "backoffLimit") ?? 6))
        {
            foreach (var pod in active) await Client.DeleteAsync("v1", "Pod", name.Namespace, pod.Name(), new DeleteRequest(), cancellationToken);
            await WriteStatusAsync(job, 0, succeeded, failed, ("Failed", "BackoffLimitExceeded", "Job has reached the specified backoff limit"), cancellationToken);
            return;
        }
        if (succeeded >= completions)
        {
            await WriteStatusAsync(job, 0, succeeded, failed, ("Complete", "CompletionsReached", "Reached expected number of succeeded pods"), cancellationToken);
            return;
        }
        var wanted = job.Flag("spec", "suspend") == true ? 0 : Math.Min(parallelism, completions - succeeded);
        var count = active.Count;
        for (; count < wanted; count++)
        {
            var pod = await Client.CreateAsync(Create(job), cancellationToken);
            await events.RecordAsync(job, "Normal", "SuccessfulCreate", $"Created pod: {pod.Name()}");
        }
        await WriteStatusAsync(job, count, succeeded, failed, null, cancellationToken);
    }

    private static bool IsFinished(JsonObject job) => job.Objects("status", "conditions").Any(c => c.Text("type") is "Complete" or "Failed" && c.Text("status") == "True");

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
