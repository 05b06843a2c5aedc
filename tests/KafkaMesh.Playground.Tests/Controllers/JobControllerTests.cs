using KafkaMesh.Playground.Node;
using KafkaMesh.Playground.Tests.Node;

namespace KafkaMesh.Playground.Tests.Controllers;

[Collection(PlaygroundCollection.Name)]
public sealed class JobControllerTests(PlaygroundFixture cluster)
{
    [Fact]
    public async Task Job_ThreeCompletions_IsCompleteAfterThreePods()
    {
        await CreateAsync("three", """ "completions":3,"parallelism":2 """, "true");
        var job = await cluster.WaitAsync("Job", "three", IsFinished, "batch/v1");
        Assert.Equal("Complete", job.Objects("status", "conditions")[0].Text("type"));
        Assert.Equal(3, job.Number("status", "succeeded"));
        Assert.NotNull(job.Text("status", "completionTime"));
    }

    [Fact]
    public async Task Job_PodsThatFail_AreRetriedUntilTheBackoffLimit()
    {
        await CreateAsync("hopeless", """ "backoffLimit":2 """, "exit 3");
        var job = await cluster.WaitAsync("Job", "hopeless", IsFinished, "batch/v1");
        Assert.Equal("BackoffLimitExceeded", job.Objects("status", "conditions")[0].Text("reason"));
        Assert.Equal(3, job.Number("status", "failed"));
        Assert.Null(job.Number("status", "succeeded"));
    }

    [Fact]
    public async Task Job_OverItsDeadline_FailsAndItsPodIsStopped()
    {
        await CreateAsync("late", """ "activeDeadlineSeconds":1 """, "sleep 1000");
        var job = await cluster.WaitAsync("Job", "late", IsFinished, "batch/v1");
        Assert.Equal("DeadlineExceeded", job.Objects("status", "conditions")[0].Text("reason"));
        await cluster.WaitAsync("Pod", "none", _ => !cluster.Client.List("v1", "Pod", "default").Any(p => p.Text("metadata", "labels", "job-name") == "late"));
    }

    [Fact]
    public async Task Job_FinishedAndPastItsTimeToLive_IsRemovedWithItsPods()
    {
        await CreateAsync("brief", """ "ttlSecondsAfterFinished":0 """, "true");
        await cluster.WaitAsync("Job", "brief", j => j is null, "batch/v1");
        await cluster.WaitAsync("Pod", "none", _ => !cluster.Client.List("v1", "Pod", "default").Any(p => p.Text("metadata", "labels", "job-name") == "brief"));
        Assert.Contains(cluster.Client.List("v1", "Event", "default"), e => e.Text("involvedObject", "name") == "brief" && e.Text("reason") == "Completed");
    }

    private static bool IsFinished(System.Text.Json.Nodes.JsonObject? job) => job.Objects("status", "conditions").Count > 0;

    private Task CreateAsync(string name, string spec, string script) => cluster.CreateAsync($$"""
        {"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"{{name}}","namespace":"default"},
         "spec":{ {{spec}}, "template":{"spec":{"restartPolicy":"Never","terminationGracePeriodSeconds":1,"containers":[{"name":"app","image":"IMAGE","command":["sh","-c","{{script}}"]}]} } } }
        """);
}
