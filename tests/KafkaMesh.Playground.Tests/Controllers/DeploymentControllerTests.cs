using System.Text.Json.Nodes;
using KafkaMesh.Playground.Controllers;
using KafkaMesh.Playground.Node;
using KafkaMesh.Playground.Tests.Node;

namespace KafkaMesh.Playground.Tests.Controllers;

[Collection(PlaygroundCollection.Name)]
public sealed class DeploymentControllerTests(PlaygroundFixture cluster)
{
    private const string Group = "apps/v1";

    [Fact]
    public async Task Deployment_ScaledUpAndDown_HasAsManyReadyPods()
    {
        await CreateAsync("scaled", 1);
        await WaitReadyAsync("scaled", 1);
        Assert.Equal(0, (await cluster.KubectlAsync("scale", "deployment/scaled", "--replicas=3")).Exit);
        await WaitReadyAsync("scaled", 3);
        Assert.Equal(3, Pods("scaled").Count);
        Assert.Equal(0, (await cluster.KubectlAsync("scale", "deployment/scaled", "--replicas=0")).Exit);
        await WaitReadyAsync("scaled", 0);
        await DeleteAsync("scaled");
    }

    [Fact]
    public async Task Deployment_NewTemplate_RollsWithoutFallingBelowItsReadyPods()
    {
        await CreateAsync("rolled", 2, """, "strategy":{"type":"RollingUpdate","rollingUpdate":{"maxSurge":1,"maxUnavailable":0}}""");
        await WaitReadyAsync("rolled", 2);
        var before = Pods("rolled").Select(p => p.Name()).ToHashSet();
        var fewest = int.MaxValue;
        using var done = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var observing = ObserveAsync();

        var (exit, output) = await cluster.KubectlAsync("set", "env", "deployment/rolled", "COLOUR=blue");
        Assert.True(exit == 0, output);
        (exit, output) = await cluster.KubectlAsync("rollout", "status", "deployment/rolled", "--timeout=40s");
        Assert.True(exit == 0, output);
        await done.CancelAsync();
        await observing;

        var after = Pods("rolled");
        Assert.Equal(2, after.Count);
        Assert.DoesNotContain(after, p => before.Contains(p.Name()));
        Assert.All(after, p => Assert.Equal("blue", p.Objects("spec", "containers")[0].Objects("env")[0].Text("value")));
        Assert.InRange(fewest, 2, 3);
        await DeleteAsync("rolled");

        async Task ObserveAsync()
        {
            try
            {
                await foreach (var _ in cluster.Client.WatchAsync("v1", "Pod", "default", done.Token)) fewest = Math.Min(fewest, Pods("rolled").Count(p => p.IsReady()));
            }
            catch (OperationCanceledException) when (done.IsCancellationRequested)
            {
                Assert.NotEqual(int.MaxValue, fewest);
            }
        }
    }

    [Fact]
    public async Task Deployment_RolloutRestart_ReplacesEveryPodAndKeepsTheRevision()
    {
        await CreateAsync("again", 1);
        await WaitReadyAsync("again", 1);
        var before = Pods("again").Single().Name();
        Assert.Equal(0, (await cluster.KubectlAsync("rollout", "restart", "deployment/again")).Exit);
        Assert.Equal(0, (await cluster.KubectlAsync("rollout", "status", "deployment/again", "--timeout=40s")).Exit);
        Assert.NotEqual(before, Pods("again").Single().Name());
        Assert.Equal("2", cluster.Client.Get(Group, "Deployment", "default", "again").Text("metadata", "annotations", "deployment.kubernetes.io/revision"));
        await DeleteAsync("again");
    }

    [Fact]
    public async Task ReplicaSet_PodThatTheNodeRefuses_IsReplacedWithAGrowingPause()
    {
        var started = System.Diagnostics.Stopwatch.StartNew();
        await CreateAsync("refused", 1, pod: """ "hostNetwork":true, """);
        await cluster.WaitAsync("Pod", "none", _ => Failed().Count >= 6);
        // 100, 200 … 1600 ms lie between six pods, counted from whole seconds: without a pause there would be hundreds by now.
        Assert.All(Failed(), p => Assert.Contains("spec.hostNetwork", p.Text("status", "message"), StringComparison.Ordinal));
        Assert.InRange(started.Elapsed.TotalSeconds, 0.6, 40);
        Assert.InRange(Failed().Count, 6, 8);
        await DeleteAsync("refused");

        List<JsonObject> Failed() => [.. cluster.Client.List("v1", "Pod", "default").Where(p => p.Text("metadata", "labels", "app") == "refused" && p.Text("status", "phase") == "Failed")];
    }

    private Task CreateAsync(string name, int replicas, string strategy = "", string pod = "") => cluster.CreateAsync($$"""
        {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"{{name}}","namespace":"default"},
         "spec":{"replicas":{{replicas}},"selector":{"matchLabels":{"app":"{{name}}"} }{{strategy}},
           "template":{"metadata":{"labels":{"app":"{{name}}"} },"spec":{ {{pod}} "terminationGracePeriodSeconds":1,"containers":[{"name":"app","image":"IMAGE","command":["sleep","1000"]}]} } } }
        """);

    private Task WaitReadyAsync(string name, int replicas) => cluster.WaitAsync(
        "Deployment", name, d => (d.Number("status", "readyReplicas") ?? 0) == replicas && (d.Number("status", "replicas") ?? 0) == replicas, Group);

    private List<JsonObject> Pods(string name) => [.. cluster.Client.List("v1", "Pod", "default").Where(p => p.Text("metadata", "labels", "app") == name && !p.IsFinished() && !p.IsBeingDeleted())];

    private async Task DeleteAsync(string name)
    {
        Assert.Equal(0, (await cluster.KubectlAsync("delete", "deployment", name)).Exit);
        await cluster.WaitAsync("Pod", "none", _ => Pods(name).Count == 0);
    }
}
