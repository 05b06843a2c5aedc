using System.Text.Json;
using System.Text.Json.Nodes;
using KafkaMesh.Kubernetes;
using KafkaMesh.Kubernetes.Admission;
using KafkaMesh.Kubernetes.Events;
using KafkaMesh.Operator.Admission;
using KafkaMesh.Operator.Admission.Monitors;
using KafkaMesh.Operator.Metrics;
using KafkaMesh.Operator.Tests.Support;
using KafkaMesh.Operator.Webhook;
using Serilog;
using Serilog.Events;

namespace KafkaMesh.Operator.Tests.Webhook;

public sealed class AdmissionHandlerTests
{
    private readonly RecordedEvents _events = new();
    private readonly OperatorMetrics _metrics = new("test");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Handle_DecisionFails_AdmitsUnchangedAndTellsWhoLooks(bool dryRun)
    {
        var (answer, decision) = await HandlerOf(new BrokenFacts()).HandleAsync(Request("""{"controller":true,"apiVersion":"apps/v1","kind":"ReplicaSet","name":"orders-1","uid":"u-1"}""", dryRun), CancellationToken.None);

        Assert.Null(decision);
        Assert.True(answer.Allowed);
        Assert.Null(answer.Patch);
        Assert.Contains("left it unchanged: the cache is on fire", Assert.Single(answer.Warnings!), StringComparison.Ordinal);
        Assert.Contains($"kafkamesh_operator_admissions_total{{decision=\"error\",reason=\"internal\"}} {(dryRun ? 0 : 1)}\n", _metrics.Write(), StringComparison.Ordinal);
        if (dryRun)
        {
            Assert.Empty(_events.All);
            return;
        }
        var told = Assert.Single(_events.All);
        Assert.Equal(("ReplicaSet", "orders-1", "u-1", "demo"), (told.Involved.Kind, told.Involved.Name, told.Involved.Uid, told.Involved.Namespace));
        Assert.Equal((EventType.Warning, "KafkaSidecarFailed"), (told.Type, told.Reason));
    }

    [Fact]
    public async Task Handle_DecisionFailsForAPodOfNobody_TellsThePod()
    {
        await HandlerOf(new BrokenFacts()).HandleAsync(Request(owner: null, dryRun: false) with { Name = "lonely" }, CancellationToken.None);

        Assert.Equal(("Pod", "lonely"), (_events.All[0].Involved.Kind, _events.All[0].Involved.Name));
    }

    // No API server sends these: what makes the decision fail must not make the answer fail as well.
    [Theory]
    [InlineData("""{"metadata": {}, "metadata": {}}""")]
    [InlineData("""{"metadata": {"uid": "a", "uid": "b"}}""")]
    [InlineData("""{"metadata": {"ownerReferences": [{"apiVersion": "batch/v1", "kind": "Job", "uid": "u", "name": "a", "name": "b"}]}}""")]
    [InlineData("""{"metadata": {"ownerReferences": [{"apiVersion": "batch/v1", "kind": "Job", "uid": "u", "name": "\ud800"}]}}""")]
    [InlineData("""{"metadata": {"ownerReferences": [{"apiVersion": "batch/v1", "kind": "Job", "uid": "u"}]}}""")]
    public async Task Handle_DecisionFailsForAPodWhoseOwnerIsUnreadable_AdmitsUnchangedAndTellsThePod(string pod)
    {
        var review = JsonSerializer.Deserialize(
            """{"request": {"uid": "r-1", "operation": "CREATE", "namespace": "demo", "name": "orders-1", "resource": {"group": "", "version": "v1", "resource": "pods"}, "object": """ + pod + "}}",
            KubernetesJson.Default.AdmissionReview)!;

        var (answer, _) = await HandlerOf(new BrokenFacts()).HandleAsync(review.Request!, CancellationToken.None);

        Assert.True(answer.Allowed);
        Assert.Contains("left it unchanged", Assert.Single(answer.Warnings!), StringComparison.Ordinal);
        Assert.Contains("kafkamesh_operator_admissions_total{decision=\"error\",reason=\"internal\"} 1\n", _metrics.Write(), StringComparison.Ordinal);
        Assert.Equal(("Pod", "orders-1"), (Assert.Single(_events.All).Involved.Kind, _events.All[0].Involved.Name));
    }

    // Events wait in memory, a thousand of them.
    [Fact]
    public async Task Handle_DecisionFailsForNamesThatNoObjectHas_TellsNobody()
    {
        var tooLong = new string('x', 254);
        var owner = new JsonObject { ["apiVersion"] = "apps/v1", ["kind"] = "ReplicaSet", ["name"] = tooLong, ["uid"] = "u-1" };

        var (answer, _) = await HandlerOf(new BrokenFacts()).HandleAsync(Request(owner.ToJsonString(), dryRun: false) with { Name = tooLong }, CancellationToken.None);

        Assert.True(answer.Allowed);
        Assert.Empty(_events.All);
    }

    // The registration leaves them out; one that somebody edited must do no harm either.
    [Theory]
    [InlineData("kube-system")]
    [InlineData("kafkamesh-system")]
    [InlineData("vault")]
    public async Task Handle_ProtectedNamespace_IsLetPassUnseen(string space)
    {
        var (response, _) = await HandlerOf(new BrokenFacts()).HandleAsync(Request(owner: null, dryRun: false) with { Namespace = space }, CancellationToken.None);

        Assert.True(response.Allowed);
        Assert.Empty(response.Warnings ?? []);
        Assert.Contains("kafkamesh_operator_admissions_total{decision=\"ignored\",reason=\"\"} 1", _metrics.Write(), StringComparison.Ordinal);
    }

    // Admission comes before names are checked.
    [Theory]
    [InlineData("orders-1", "orders-1")]
    [InlineData(null, "(no name yet)")]
    [InlineData("", "")]
    [InlineData("a\r\nb\u001b[2Jc\u202ed\u2028e", "a\uFFFD\uFFFDb\uFFFD[2Jc\uFFFDd\uFFFDe")]
    public void Log_NameFromOutside_StaysOnItsLine(string? name, string logged) => Assert.Equal(logged, LoggedName(name));

    [Fact]
    public void Log_NameThatNoObjectHas_IsCut()
    {
        Assert.Equal(new string('x', 253), LoggedName(new string('x', 253)));
        Assert.Equal(new string('x', 253), LoggedName(new string('x', 100_000)));
        Assert.Equal(new string('x', 252) + '\uFFFD', LoggedName(new string('x', 252) + "\U0001F600"));
        Assert.Equal(new string('\uFFFD', 253), LoggedName(new string('\n', 100_000)));
    }

    private string LoggedName(string? name)
    {
        var sink = new LogEvents();
        using var log = new LoggerConfiguration().WriteTo.Sink(sink).CreateLogger();
        var handler = new AdmissionHandler(new BrokenFacts(), () => throw new InvalidOperationException(), new ProtectedNamespaces("kafkamesh-system", []), _metrics, _events, log);

        handler.Log(Request(owner: null, dryRun: false) with { Name = name }, new InjectionDecision { Outcome = InjectionOutcome.Skipped, Reason = "opted-out" });

        return Assert.IsType<string>(Assert.IsType<ScalarValue>(Assert.Single(sink.All).Properties["Pod"]).Value);
    }

    private AdmissionHandler HandlerOf(IInjectionFacts facts) =>
        new(facts, () => new SidecarDefaults("proxy:1", "IfNotPresent", "1"), new ProtectedNamespaces("kafkamesh-system", ["vault"]), _metrics, _events, new LoggerConfiguration().CreateLogger());

    private static AdmissionRequest Request(string? owner, bool dryRun) => new()
    {
        Uid = "r-1",
        Operation = "CREATE",
        Namespace = "demo",
        DryRun = dryRun,
        Resource = new GroupVersionResource("", "v1", "pods"),
        Object = new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["labels"] = new JsonObject { ["app"] = "orders" },
                ["ownerReferences"] = owner is null ? [] : new JsonArray(JsonNode.Parse(owner)),
            },
            ["spec"] = new JsonObject(),
        },
    };

    private sealed class BrokenFacts : IInjectionFacts
    {
        public ClusterFacts Cluster => new(NativeSidecars: true);

        public MonitorSet MonitorsOf(string namespaceName) => [Candidates.Of(namespaceName, "orders")];

        public ValueTask<NamespaceFacts> GetNamespaceAsync(string namespaceName, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("the cache is on fire");
    }
}
