using System.Net;
using System.Text.Json.Nodes;
using KafkaMesh.Contracts;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Operator.Certificates;
using KafkaMesh.Operator.Hosting;
using KafkaMesh.Operator.Tests.Support;
using KafkaMesh.Operator.Webhook;

namespace KafkaMesh.Operator.Tests.Webhook;

/// <summary>Refused, forgotten and edited by others: what is stored in the end, and what is said of it.</summary>
public sealed class WebhookRegistrarTests : WebhookRegistrarTest
{
    [Fact]
    public async Task TryApply_WriteIsRefused_TellsWhichMonitorsAreRegistered()
    {
        Assert.True(await ApplyAsync());
        await GrantAsync("get");
        await MonitorAsync("payments");

        Assert.False(await ApplyAsync());
        Assert.Equal((RegistrationState.Registered, RegistrationState.Missing), (StateOf("orders"), StateOf("payments")));
        Assert.Contains("kafkamesh_operator_webhook_registered 0", Metrics.Write(), StringComparison.Ordinal);

        await GrantAsync("get", "create", "patch");
        Assert.True(await ApplyAsync());
        Assert.Equal((RegistrationState.Registered, RegistrationState.Registered), (StateOf("orders"), StateOf("payments")));
        Assert.Contains("kafkamesh_operator_webhook_registered 1", Metrics.Write(), StringComparison.Ordinal);
    }

    // The entries go on trusting what is served: pods are injected.
    [Fact]
    public async Task TryApply_NewAuthorityCannotBePublished_MonitorsStayRegistered()
    {
        Assert.True(await ApplyAsync());
        await GrantAsync("get");
        Clock.Offset = CertificateAuthority.Lifetime * 3 / 4;
        await Certificates.RefreshAsync(CancellationToken.None);

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
        Assert.Contains("kafkamesh_operator_webhook_registered 0", Metrics.Write(), StringComparison.Ordinal);
        Clock.Offset += WebhookRegistrar.RestoreDelay - TimeSpan.FromSeconds(10);
        Assert.False(await ApplyAsync());
        Assert.Null(await StoredAsync());
        Clock.Offset += TimeSpan.FromSeconds(10);
        Assert.True(await ApplyAsync());

        Assert.Equal(RegistrationState.Registered, StateOf("orders"));
        Assert.Equal("orders.demo.inject.kafkamesh.io", (await EntryAsync())["name"]!.ToString());
        var (involved, _, reason, _) = Assert.Single(Events.All);
        Assert.Equal(("MutatingWebhookConfiguration", "kafkamesh-injector", "KafkaWebhookMissing"), (involved.Kind, involved.Name, reason));
    }

    [Fact]
    public async Task TryApply_RegistrationIsDeletedAndApplied_HasItsEntriesAtOnce()
    {
        Assert.True(await ApplyAsync());
        await DeleteAsync();
        Assert.False(await ApplyAsync());

        await Kubectl.RunAsync(null, "apply", "-k", Path.Combine(Repository.Root, "config", "webhook"));

        Assert.True(await ApplyAsync());
        Assert.NotNull(await EntryAsync());

        // The next deletion is waited for as long.
        Clock.Offset += WebhookRegistrar.RestoreDelay;
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
        var applied = await Assert.ThrowsAsync<ApiException>(() => Client.PatchAsync(
            BuiltInEntities.MutatingWebhookConfigurations, V1Patch.Apply(other), "other", namespaceName: null, new WriteOptions { FieldManager = "test" }));
        var created = await Assert.ThrowsAsync<ApiException>(() => Client.CreateAsync(BuiltInEntities.MutatingWebhookConfigurations, other));

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
        await Admin.UpdateAsync(BuiltInEntities.MutatingWebhookConfigurations, edited);

        Assert.True(await ApplyAsync());

        Assert.Equal(before, (await EntryAsync())[field]!.ToJsonString());
    }

    // A leader that was suspended between its look and its write must not put old entries over those of its successor.
    [Fact]
    public async Task TryApply_SomebodyWritesBetweenLookAndWriteAgainAndAgain_WritesOverNothingThatItHasNotSeen()
    {
        const int Storm = 4;
        var others = 0;
        Gate.Before = request =>
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

        Task TouchAsync(int count) => Admin.PatchAsync(
            BuiltInEntities.MutatingWebhookConfigurations,
            V1Patch.Merge(new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { ["touched"] = $"{count}" } } }),
            WellKnownNames.WebhookConfigurationName);
    }

    [Fact]
    public async Task TryApply_LeadershipIsOver_WritesNothing()
    {
        var leads = false;
        Registrar.MayWrite = () => leads;
        Assert.False(await ApplyAsync());
        Assert.Null((await StoredAsync())!["webhooks"]);

        leads = true;
        Assert.True(await ApplyAsync());
        Assert.NotNull(await EntryAsync());
    }

    [Fact]
    public async Task TryApply_ConditionsAreRefused_GoesOnWithoutAndTriesThemAgain()
    {
        Refusal.Refuses = registration => registration.ToJsonString().Contains("matchConditions", StringComparison.Ordinal);
        Assert.True(await ApplyAsync());
        Assert.Equal(RegistrationState.Registered, StateOf("orders"));
        Assert.Null((await EntryAsync())["matchConditions"]);

        Refusal.Refuses = _ => false;
        Assert.True(await ApplyAsync());
        Assert.Null((await EntryAsync())["matchConditions"]);
        Clock.Offset += WebhookRegistrar.ConditionsPause;
        Assert.True(await ApplyAsync());

        Assert.NotNull((await EntryAsync())["matchConditions"]);
    }

    [Fact]
    public async Task TryApply_SomethingElseIsRefused_DoesNotBlameTheConditions()
    {
        Refusal.Refuses = _ => true;
        Assert.False(await ApplyAsync());
        Assert.Equal(RegistrationState.Missing, StateOf("orders"));

        Refusal.Refuses = _ => false;
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
        await Admin.DeleteAsync(BuiltInEntities.Secrets, WellKnownNames.WebhookCaSecretName, SystemNamespace);
        var certificates = new WebhookCertificates(Client, SystemNamespace, WellKnownNames.OperatorName, directory: null, Metrics, Clock, Quiet);
        var readiness = new ReadinessReport(Cache, certificates, Clock);
        await UntilAsync(() => Cache.Namespaces.State.HasSynced && Cache.LimitRanges.State.HasSynced);
        await certificates.RefreshAsync(CancellationToken.None);
        Assert.Contains("does not hold the authority", readiness.Problem(), StringComparison.Ordinal);

        if (canRegister)
        {
            var registrar = RegistrarWith(certificates);
            Assert.True(await registrar.TryApplyAsync(CancellationToken.None));
            await certificates.RefreshAsync(CancellationToken.None);
        }
        else
        {
            Clock.Offset += WebhookCertificates.TrustPatience;
        }

        Assert.Null(readiness.Problem());
    }

    [Fact]
    public async Task Readiness_NoEntryYet_WaitsForNobody()
    {
        var certificates = new WebhookCertificates(Client, SystemNamespace, WellKnownNames.OperatorName, directory: null, Metrics, Clock, Quiet);
        await certificates.RefreshAsync(CancellationToken.None);

        Assert.False(certificates.AwaitsTrust);
    }
}
