using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using KafkaMesh.Contracts;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Configuration;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Operator.Certificates;
using KafkaMesh.Operator.Hosting;
using KafkaMesh.Operator.Metrics;
using KafkaMesh.Operator.Reconciliation;
using KafkaMesh.Operator.Tests.Cluster;
using KafkaMesh.Operator.Tests.Support;
using KafkaMesh.Operator.Webhook;
using KafkaMesh.Playground;
using KafkaMesh.Playground.ApiServer;
using Serilog;

namespace KafkaMesh.Operator.Tests.Webhook;

/// <summary>The registrar with the shipped roles, against an API server that refuses, forgets and is edited by others.</summary>
public sealed class WebhookRegistrarTests : IAsyncLifetime
{
    private const string SystemNamespace = WellKnownNames.SystemNamespace;
    private static readonly EntityType<JsonObject> Roles = EntityType.Raw(new EntityMetadata("ClusterRole", "v1", "rbac.authorization.k8s.io", "clusterroles"));
    private static readonly ILogger Quiet = new LoggerConfiguration().CreateLogger();

    private readonly OffsetTimeProvider _clock = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly OperatorMetrics _metrics = new("test");
    private readonly RecordedEvents _events = new();
    private readonly RegistrationRefusal _refusal = new();
    private readonly ApiGate _gate = new();
    private PlaygroundCluster _cluster = null!;
    private Kubectl _kubectl = null!;
    private KubernetesClient _admin = null!;
    private KubernetesClient _client = null!;
    private ClusterCache _cache = null!;
    private WebhookCertificates _certificates = null!;
    private WebhookRegistrar _registrar = null!;
    private Task _caches = Task.CompletedTask;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(Kubectl.IsInstalled, "kubectl is not installed: the shipped manifests cannot be applied");
        _cluster = await PlaygroundCluster.StartAsync(new PlaygroundClusterOptions { Server = new ApiServerOptions { Policy = parts => _refusal.Around(_gate.Watch(parts)) } });
        _kubectl = new Kubectl(_cluster.KubeconfigPath);
        await _kubectl.RunAsync(null, "apply", "-k", Path.Combine(Repository.Root, "config", "default"));
        _admin = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(_cluster.KubeconfigPath));
        _client = new KubernetesClient(await ConfigurationAsync());
        _cache = new ClusterCache(_client, SystemNamespace, TimeProvider.System, Quiet);
        _certificates = new WebhookCertificates(_client, SystemNamespace, WellKnownNames.OperatorName, directory: null, _metrics, _clock, Quiet);
        _registrar = new WebhookRegistrar(_client, _cache, _certificates, new ProtectedNamespaces(SystemNamespace, []), WellKnownNames.OperatorName, _events, _metrics, _clock, Quiet);
        _caches = _cache.RunAsync(_stop.Token);
        await _certificates.RefreshAsync(CancellationToken.None);
        await MonitoredNamespace.ApplyAsync(_kubectl, "demo");
        await MonitorAsync("orders");
        await UntilAsync(() => _cache.Probe.IsKnown);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _caches;
        _client?.Dispose();
        _admin?.Dispose();
        if (_cluster is not null)
            await _cluster.DisposeAsync();
        _stop.Dispose();
    }

    // Every API server hears of an entry by itself, and later than the one that stored it.
    [Fact]
    public async Task TryApply_EntryIsNewOrSaysSomethingNew_IsReliedOnAfterAMoment()
    {
        Assert.True(await _registrar.TryApplyAsync(CancellationToken.None));
        Assert.Equal(RegistrationState.Settling, StateOf("orders"));
        _clock.Offset += WebhookRegistrar.SettleTime;
        Assert.Equal(RegistrationState.Registered, StateOf("orders"));

        await MonitorAsync("payments");
        Assert.True(await _registrar.TryApplyAsync(CancellationToken.None));
        Assert.Equal((RegistrationState.Registered, RegistrationState.Settling), (StateOf("orders"), StateOf("payments")));
        _clock.Offset += WebhookRegistrar.SettleTime;
        Assert.True(await _registrar.TryApplyAsync(CancellationToken.None));
        Assert.Equal((RegistrationState.Registered, RegistrationState.Registered), (StateOf("orders"), StateOf("payments")));

        await MonitorAsync("orders", MonitoredNamespace.Monitor("demo", selector: """{"matchLabels": {"app": "others"}}"""));
        Assert.True(await _registrar.TryApplyAsync(CancellationToken.None));
        Assert.Equal((RegistrationState.Settling, RegistrationState.Registered), (StateOf("orders"), StateOf("payments")));
    }

    [Fact]
    public async Task TryApply_EntryThatAPredecessorStored_IsReliedOnAtOnce()
    {
        Assert.True(await ApplyAsync());
        var successor = new WebhookRegistrar(_client, _cache, _certificates, new ProtectedNamespaces(SystemNamespace, []), WellKnownNames.OperatorName, _events, _metrics, _clock, Quiet);

        Assert.True(await successor.TryApplyAsync(CancellationToken.None));

        Assert.Equal(RegistrationState.Registered, successor.StateOf(new NamespacedName("demo", "orders")));
    }

    // The answer to the write was lost, or somebody else wrote it.
    [Fact]
    public async Task TryApply_EntryThatWasMissingAtTheLastLook_IsReliedOnAfterAMoment()
    {
        Assert.True(await ApplyAsync());
        var stored = (await StoredAsync())!;
        await DeleteAsync();
        Assert.False(await ApplyAsync());
        stored["metadata"]!.AsObject().Remove("resourceVersion");
        stored["metadata"]!.AsObject().Remove("uid");
        await _admin.CreateAsync(BuiltInEntities.MutatingWebhookConfigurations, stored);

        Assert.True(await _registrar.TryApplyAsync(CancellationToken.None));

        Assert.Equal(RegistrationState.Settling, StateOf("orders"));
        _clock.Offset += WebhookRegistrar.SettleTime;
        Assert.Equal(RegistrationState.Registered, StateOf("orders"));
    }

    [Fact]
    public async Task TryApply_WriteIsRefused_TellsWhichMonitorsAreRegistered()
    {
        Assert.True(await ApplyAsync());
        await GrantAsync("get");
        await MonitorAsync("payments");

        Assert.False(await ApplyAsync());
        Assert.Equal((RegistrationState.Registered, RegistrationState.Missing), (StateOf("orders"), StateOf("payments")));
        Assert.Contains("kafkamesh_operator_webhook_registered 0", _metrics.Write(), StringComparison.Ordinal);

        await GrantAsync("get", "create", "patch");
        Assert.True(await ApplyAsync());
        Assert.Equal((RegistrationState.Registered, RegistrationState.Registered), (StateOf("orders"), StateOf("payments")));
        Assert.Contains("kafkamesh_operator_webhook_registered 1", _metrics.Write(), StringComparison.Ordinal);
    }

    // The entries go on trusting what is served: pods are injected.
    [Fact]
    public async Task TryApply_NewAuthorityCannotBePublished_MonitorsStayRegistered()
    {
        Assert.True(await ApplyAsync());
        await GrantAsync("get");
        _clock.Offset = CertificateAuthority.Lifetime * 3 / 4;
        await _certificates.RefreshAsync(CancellationToken.None);

        Assert.False(await ApplyAsync());
        Assert.Equal(RegistrationState.Registered, StateOf("orders"));
    }

    [Fact]
    public async Task TryApply_ReadIsRefused_KeepsWhatIsKnown()
    {
        Assert.True(await ApplyAsync());
        await GrantAsync("patch");

        Assert.False(await ApplyAsync());
        Assert.Equal(RegistrationState.Registered, StateOf("orders"));
    }

    [Fact]
    public async Task TryApply_RegistrationIsDeleted_TellsAndMakesItAgainAfterTheDelay()
    {
        Assert.True(await ApplyAsync());
        await DeleteAsync();

        Assert.False(await ApplyAsync());
        Assert.Equal(RegistrationState.Missing, StateOf("orders"));
        Assert.Contains("kafkamesh_operator_webhook_registered 0", _metrics.Write(), StringComparison.Ordinal);
        _clock.Offset += WebhookRegistrar.RestoreDelay - TimeSpan.FromSeconds(10);
        Assert.False(await ApplyAsync());
        Assert.Null(await StoredAsync());
        _clock.Offset += TimeSpan.FromSeconds(10);
        Assert.True(await ApplyAsync());

        Assert.Equal(RegistrationState.Registered, StateOf("orders"));
        Assert.Equal("orders.demo.inject.kafkamesh.io", (await EntryAsync())["name"]!.ToString());
        var (involved, _, reason, _) = Assert.Single(_events.All);
        Assert.Equal(("MutatingWebhookConfiguration", "kafkamesh-injector", "KafkaWebhookMissing"), (involved.Kind, involved.Name, reason));
    }

    [Fact]
    public async Task TryApply_RegistrationIsDeletedAndApplied_HasItsEntriesAtOnce()
    {
        Assert.True(await ApplyAsync());
        await DeleteAsync();
        Assert.False(await ApplyAsync());

        await _kubectl.RunAsync(null, "apply", "-k", Path.Combine(Repository.Root, "config", "webhook"));

        Assert.True(await ApplyAsync());
        Assert.NotNull(await EntryAsync());

        // The next deletion is waited for as long.
        _clock.Offset += WebhookRegistrar.RestoreDelay;
        await DeleteAsync();
        Assert.False(await ApplyAsync());
    }

    [Fact]
    public async Task Roles_AnotherRegistration_CannotBeMade()
    {
        var other = new JsonObject
        {
            ["apiVersion"] = "admissionregistration.k8s.io/v1",
            ["kind"] = "MutatingWebhookConfiguration",
            ["metadata"] = new JsonObject { ["name"] = "other" },
        };
        var applied = await Assert.ThrowsAsync<ApiException>(() => _client.PatchAsync(
            BuiltInEntities.MutatingWebhookConfigurations, V1Patch.Apply(other), "other", namespaceName: null, new WriteOptions { FieldManager = "test" }));
        var created = await Assert.ThrowsAsync<ApiException>(() => _client.CreateAsync(BuiltInEntities.MutatingWebhookConfigurations, other));

        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden), (applied.StatusCode, created.StatusCode));
    }

    [Theory]
    [InlineData("failurePolicy", "\"Fail\"")]
    [InlineData("objectSelector", """{"matchLabels":{"app":"others"}}""")]
    [InlineData("timeoutSeconds", "1")]
    public async Task TryApply_SomebodyEditedTheEntry_PutsItBack(string field, string value)
    {
        Assert.True(await ApplyAsync());
        var before = (await EntryAsync())[field]!.ToJsonString();
        var edited = (await StoredAsync())!;
        edited["webhooks"]![0]![field] = JsonNode.Parse(value);
        await _admin.UpdateAsync(BuiltInEntities.MutatingWebhookConfigurations, edited);

        Assert.True(await ApplyAsync());

        Assert.Equal(before, (await EntryAsync())[field]!.ToJsonString());
    }

    // A leader that was suspended between its look and its write must not put old entries over those of its successor.
    [Fact]
    public async Task TryApply_SomebodyWritesBetweenLookAndWriteAgainAndAgain_WritesOverNothingThatItHasNotSeen()
    {
        const int Storm = 4;
        var others = 0;
        _gate.Before = request =>
        {
            if (request.Resource == "mutatingwebhookconfigurations" && others < Storm)
                TouchAsync(++others).GetAwaiter().GetResult();
            return true;
        };

        for (var attempt = 1; attempt <= Storm; attempt++)
        {
            Assert.False(await ApplyAsync());
            Assert.Equal(RegistrationState.Missing, StateOf("orders"));
            Assert.Null((await StoredAsync())!["webhooks"]);
        }
        Assert.True(await ApplyAsync());

        Assert.Equal(RegistrationState.Registered, StateOf("orders"));
        Assert.Equal($"{Storm}", (await StoredAsync())!["metadata"]!["annotations"]!["touched"]!.ToString());

        Task TouchAsync(int count) => _admin.PatchAsync(
            BuiltInEntities.MutatingWebhookConfigurations,
            V1Patch.Merge(new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { ["touched"] = $"{count}" } } }),
            WellKnownNames.WebhookConfigurationName);
    }

    [Fact]
    public async Task TryApply_LeadershipIsOver_WritesNothing()
    {
        var leads = false;
        _registrar.MayWrite = () => leads;
        Assert.False(await ApplyAsync());
        Assert.Null((await StoredAsync())!["webhooks"]);

        leads = true;
        Assert.True(await ApplyAsync());
        Assert.NotNull(await EntryAsync());
    }

    [Fact]
    public async Task TryApply_ConditionsAreRefused_GoesOnWithoutAndTriesThemAgain()
    {
        _refusal.Refuses = registration => registration.ToJsonString().Contains("matchConditions", StringComparison.Ordinal);
        Assert.True(await ApplyAsync());
        Assert.Equal(RegistrationState.Registered, StateOf("orders"));
        Assert.Null((await EntryAsync())["matchConditions"]);

        _refusal.Refuses = _ => false;
        Assert.True(await ApplyAsync());
        Assert.Null((await EntryAsync())["matchConditions"]);
        _clock.Offset += WebhookRegistrar.ConditionsPause;
        Assert.True(await ApplyAsync());

        Assert.NotNull((await EntryAsync())["matchConditions"]);
    }

    [Fact]
    public async Task TryApply_SomethingElseIsRefused_DoesNotBlameTheConditions()
    {
        _refusal.Refuses = _ => true;
        Assert.False(await ApplyAsync());
        Assert.Equal(RegistrationState.Missing, StateOf("orders"));

        _refusal.Refuses = _ => false;
        Assert.True(await ApplyAsync());

        Assert.NotNull((await EntryAsync())["matchConditions"]);
    }

    [Fact]
    public async Task TryApply_SelectorWithEmptyParts_IsWrittenOnce()
    {
        var selector = """{"matchLabels": {}, "matchExpressions": [{"key": "app", "operator": "Exists", "values": []}]}""";
        await MonitorAsync("orders", MonitoredNamespace.Monitor("demo", selector: selector));
        Assert.True(await ApplyAsync());
        var version = (await StoredAsync())!["metadata"]!["resourceVersion"]!.ToString();

        // A real API server stores what Go's types leave of it.
        Assert.Equal("""{"matchExpressions":[{"key":"app","operator":"Exists"}]}""", (await EntryAsync())["objectSelector"]!.ToJsonString());
        Assert.True(await ApplyAsync());
        Assert.Equal(version, (await StoredAsync())!["metadata"]!["resourceVersion"]!.ToString());
    }

    // The Secret went while no replica ran: the entries still trust the authority that is gone.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Readiness_AuthorityThatTheEntriesDoNotHold_IsWaitedForButNotForEver(bool canRegister)
    {
        Assert.True(await ApplyAsync());
        await _admin.DeleteAsync(BuiltInEntities.Secrets, WellKnownNames.WebhookCaSecretName, SystemNamespace);
        var certificates = new WebhookCertificates(_client, SystemNamespace, WellKnownNames.OperatorName, directory: null, _metrics, _clock, Quiet);
        var readiness = new ReadinessReport(_cache, certificates, _clock);
        await UntilAsync(() => _cache.Namespaces.State.HasSynced && _cache.LimitRanges.State.HasSynced);
        await certificates.RefreshAsync(CancellationToken.None);
        Assert.Contains("does not hold the authority", readiness.Problem(), StringComparison.Ordinal);

        if (canRegister)
        {
            var registrar = new WebhookRegistrar(_client, _cache, certificates, new ProtectedNamespaces(SystemNamespace, []), WellKnownNames.OperatorName, _events, _metrics, _clock, Quiet);
            Assert.True(await registrar.TryApplyAsync(CancellationToken.None));
            await certificates.RefreshAsync(CancellationToken.None);
        }
        else
        {
            _clock.Offset += WebhookCertificates.TrustPatience;
        }

        Assert.Null(readiness.Problem());
    }

    [Fact]
    public async Task Readiness_NoEntryYet_WaitsForNobody()
    {
        var certificates = new WebhookCertificates(_client, SystemNamespace, WellKnownNames.OperatorName, directory: null, _metrics, _clock, Quiet);
        await certificates.RefreshAsync(CancellationToken.None);

        Assert.False(certificates.AwaitsTrust);
    }

    // A look, and the moment after which what it stored is relied on.
    private async Task<bool> ApplyAsync()
    {
        var applied = await _registrar.TryApplyAsync(CancellationToken.None);
        _clock.Offset += WebhookRegistrar.SettleTime;
        return applied;
    }

    private RegistrationState StateOf(string monitor) => _registrar.StateOf(new NamespacedName("demo", monitor));

    private Task<JsonObject?> StoredAsync() => _admin.GetAsync(BuiltInEntities.MutatingWebhookConfigurations, WellKnownNames.WebhookConfigurationName);

    private async Task<JsonObject> EntryAsync() => Assert.Single((await StoredAsync())!["webhooks"]!.AsArray())!.AsObject();

    private Task DeleteAsync() => _admin.DeleteAsync(BuiltInEntities.MutatingWebhookConfigurations, WellKnownNames.WebhookConfigurationName);

    // What the operator may do with its registration.
    private async Task GrantAsync(params string[] verbs)
    {
        var role = (await _admin.GetAsync(Roles, "kafkamesh-operator"))!;
        var rule = role["rules"]!.AsArray().Single(r => r!["resources"]![0]!.ToString() == "mutatingwebhookconfigurations")!;
        rule["verbs"] = new JsonArray([.. verbs.Select(v => (JsonNode)v)]);
        await _admin.UpdateAsync(Roles, role);
    }

    // Until the cache holds it.
    private Task MonitorAsync(string name) => MonitorAsync(name, MonitoredNamespace.Monitor("demo", name));

    private async Task MonitorAsync(string name, string manifest)
    {
        await _kubectl.RunAsync(manifest, "apply", "-f", "-");
        var generation = EntityType.RawMetadata((await _admin.GetAsync(MonitorReader.Type, name, "demo"))!).Generation;
        await UntilAsync(() => _cache.MonitorsOf("demo").Any(m => m.Name == name && m.Generation == generation));
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!condition())
            await pace.WaitForNextTickAsync(deadline.Token);
    }

    private async Task<KubernetesClientConfiguration> ConfigurationAsync()
    {
        var answer = await _admin.SendAsync(
            HttpMethod.Post,
            $"api/v1/namespaces/{SystemNamespace}/serviceaccounts/{WellKnownNames.OperatorName}/token",
            new JsonObject { ["apiVersion"] = "authentication.k8s.io/v1", ["kind"] = "TokenRequest", ["spec"] = new JsonObject { ["expirationSeconds"] = 3600 } });
        var token = JsonNode.Parse(answer)!["status"]!["token"]!.ToString();
        var file = Path.Combine(_cluster.Directory, "kubeconfig-operator");
        await File.WriteAllTextAsync(file, Regex.Replace(await File.ReadAllTextAsync(_cluster.TokenKubeconfigPath), "token: .*", $"token: {token}"));
        return KubernetesClientConfiguration.BuildConfigFromConfigFile(file);
    }
}
