using System.Text.Json.Nodes;
using KafkaMesh.Contracts;
using KafkaMesh.Contracts.Monitors;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Operator.Reconciliation;

namespace KafkaMesh.Operator.Tests.Cluster;

/// <summary>Two monitors for one pod, and the end of a monitor: what each clause promises, one after the other.</summary>
public sealed class ConflictTests(OperatorFixture fixture) : IClassFixture<OperatorFixture>
{
    private const string Space = "walk";
    private const string Older = "orders";
    private const string Younger = "younger";

    [Fact]
    public async Task Monitors_TwoForOnePod_OldestWinsTheOtherSaysSoAndTakesOver()
    {
        await fixture.ApplyMonitorAsync(Space);
        await fixture.EntryAsync($"{Older}.{Space}.inject.kafkamesh.io");
        await fixture.CreateInjectedPodAsync(Space, "first", "127.0.11.61");
        await ApplyYoungerAsync();

        // The oldest keeps the pod, and gets the next one too; the other says so by condition and event.
        var conflict = await ConditionAsync(Younger, "Conflict", c => c.Status == "True");
        Assert.Equal(("PodsTaken", "Selected pod first belongs to the older monitor orders."), (conflict.Reason, conflict.Message));
        Assert.Equal("False", (await ConditionAsync(Older, "Conflict", _ => true)).Status);
        await fixture.UntilAsync("event on the younger", async () => (await EventsAsync("KafkaMonitorConflict")).Any(e => e.InvolvedObject?.Name == Younger));
        Assert.DoesNotContain(await EventsAsync("KafkaMonitorConflict"), e => e.InvolvedObject?.Name == Older);
        await fixture.EntryAsync($"{Younger}.{Space}.inject.kafkamesh.io");
        await fixture.CreateInjectedPodAsync(Space, "second", "127.0.11.62");
        Assert.Equal(Older, await MonitorOfAsync("second"));

        // Deleted: the entry goes at once, an event names the pods, which keep their sidecar.
        await fixture.Kubectl.RunAsync(null, "delete", "kafkamonitor", Older, "-n", Space);
        await fixture.UntilAsync("entry gone", async () => (await fixture.EntriesAsync()).TrueForAll(e => e["name"]!.ToString() != $"{Older}.{Space}.inject.kafkamesh.io"));
        Corev1Event? orphaned = null;
        await fixture.UntilAsync("event with the orphans", async () => (orphaned = await EventsAsync("KafkaSidecarsOrphaned") is [var first, ..] ? first : null) is not null);
        Assert.Equal((Older, "Warning"), (orphaned!.InvolvedObject!.Name, orphaned.Type));
        Assert.Equal("2 pods still carry the sidecar of this deleted monitor and relay on until they are made again: first, second.", orphaned.Message);
        Assert.Equal(Older, await MonitorOfAsync("first"));

        // The younger takes over: no conflict any more, the pods wait for their restart, new ones are its own.
        await ConditionAsync(Younger, "Conflict", c => c.Status == "False");
        await ConditionAsync(Younger, "Progressing", c => c is { Status: "True", Reason: "PodsWithoutSidecar" });
        await fixture.CreateInjectedPodAsync(Space, "third", "127.0.11.63");
        Assert.Equal(Younger, await MonitorOfAsync("third"));
    }

    [Fact]
    public async Task Monitor_DeletedWhileNobodyLeads_ItsPodsAreToldOfAllTheSame()
    {
        const string Meanwhile = "meanwhile";
        await fixture.ApplyMonitorAsync(Meanwhile);
        await fixture.EntryAsync($"{Older}.{Meanwhile}.inject.kafkamesh.io");
        await fixture.CreateInjectedPodAsync(Meanwhile, "left", "127.0.11.64");

        await fixture.RestartOperatorAsync(() => fixture.Kubectl.RunAsync(null, "delete", "kafkamonitor", Older, "-n", Meanwhile));

        await fixture.UntilAsync("event with the orphan", async () => (await EventsAsync("KafkaSidecarsOrphaned", Meanwhile)).Any(e =>
            e.InvolvedObject?.Name == Older && e.Message == "1 pod still carries the sidecar of this deleted monitor and relays on until it is made again: left."));
        Assert.Equal(["KafkaSidecarsOrphaned"], (await fixture.Admin.ListAsync(BuiltInEntities.Events, Meanwhile)).Items.Select(e => e.Reason).Distinct());
    }

    [Fact]
    public async Task Rollout_PausedAndResumed_StopsWhereItIsAndGoesOn()
    {
        const string Pauses = "pauses";
        await fixture.CreateNamespaceAsync(Pauses);
        await CreateEarlyAsync(Pauses, "early-1");
        await CreateEarlyAsync(Pauses, "early-2");
        await fixture.ApplyMonitorAsync(Pauses);
        await PatchAsync(Pauses, """{"spec":{"rollout":{"strategy":"Restart","paused":true}}}""");

        var paused = await ConditionAsync(Older, "Progressing", c => c.Reason == "RolloutPaused", Pauses);
        Assert.StartsWith("The rollout is paused; 2 pods, such as early-", paused.Message, StringComparison.Ordinal);
        Assert.Equal(2, (await fixture.Admin.ListAsync(BuiltInEntities.Pods, Pauses)).Items.Count);

        // Resumed: one goes, the other waits for the successor of the first, which nobody makes here. Paused again: it stays.
        await PatchAsync(Pauses, """{"spec":{"rollout":{"strategy":"Restart","paused":false}}}""");
        await ConditionAsync(Older, "Progressing", c => c.Reason == "RolloutWaiting", Pauses);
        await fixture.UntilAsync("one evicted", async () => (await fixture.Admin.ListAsync(BuiltInEntities.Pods, Pauses)).Items.Count == 1);
        await PatchAsync(Pauses, """{"spec":{"rollout":{"strategy":"Manual"}}}""");
        await ConditionAsync(Older, "Progressing", c => c.Reason == "PodsWithoutSidecar", Pauses);
        Assert.Single((await fixture.Admin.ListAsync(BuiltInEntities.Pods, Pauses)).Items);
    }

    private Task<string> PatchAsync(string space, string patch) => fixture.Kubectl.RunAsync(null, "patch", "kafkamonitor", Older, "-n", space, "--type=merge", "-p", patch);

    // Creation times have seconds; of two monitors of one second the name decides, and this one's is later.
    private Task<string> ApplyYoungerAsync() => fixture.Kubectl.RunAsync(
        $$"""
        apiVersion: kafkamesh.io/v1alpha1
        kind: KafkaMonitor
        metadata: {name: {{Younger}}, namespace: {{Space}} }
        spec:
          selector: {matchLabels: {app: orders} }
          report: {intervalSeconds: 1}
        """,
        "apply", "-f", "-");

    private async Task CreateEarlyAsync(string space, string name)
    {
        await fixture.Admin.CreateAsync(BuiltInEntities.Pods, JsonNode.Parse($$"""
            {
              "metadata": {
                "name": "{{name}}", "namespace": "{{space}}", "labels": {"app": "orders"}, "annotations": {"{{WellKnownNames.InjectAnnotation}}": "enabled" },
                "ownerReferences": [{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "orders-1", "uid": "ffffffff-0000-0000-0000-000000000001", "controller": true}]
              },
              "spec": {"containers": [{"name": "main", "image": "main:1"}]}
            }
            """)!.AsObject());
        var ready = JsonNode.Parse("""{"status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]}}""")!.AsObject();
        await fixture.Admin.PatchAsync(BuiltInEntities.Pods, V1Patch.Merge(ready), name, space, new WriteOptions { Subresource = "status" });
    }

    private async Task<string> MonitorOfAsync(string pod) =>
        (await fixture.Admin.GetAsync(BuiltInEntities.Pods, pod, Space))!["metadata"]!["labels"]![WellKnownNames.MonitorLabel]!.ToString();

    private async Task<IReadOnlyList<Corev1Event>> EventsAsync(string reason, string space = Space) =>
        [.. (await fixture.Admin.ListAsync(BuiltInEntities.Events, space)).Items.Where(e => e.Reason == reason)];

    private async Task<MonitorCondition> ConditionAsync(string monitor, string type, Func<MonitorCondition, bool> condition, string space = Space)
    {
        MonitorCondition? last = null;
        await fixture.UntilAsync($"{type} of {monitor}", async () =>
        {
            last = MonitorReader.ReadStatus((await fixture.Admin.GetAsync(MonitorReader.Type, monitor, space))!)?.Conditions?.FirstOrDefault(c => c.Type == type);
            return last is not null && condition(last);
        });
        return last!;
    }
}
