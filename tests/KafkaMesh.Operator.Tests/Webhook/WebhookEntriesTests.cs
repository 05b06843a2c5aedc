using System.Text.Json.Nodes;
using KafkaMesh.Contracts;
using KafkaMesh.Contracts.Monitors;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Configuration;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Operator.Admission.Monitors;
using KafkaMesh.Operator.Certificates;
using KafkaMesh.Operator.Webhook;
using KafkaMesh.Playground;

namespace KafkaMesh.Operator.Tests.Webhook;

public sealed class WebhookEntriesTests
{
    private const int MaxStoredBytes = 512 * 1024;

    // Two authorities, as during a rotation: the largest bundle there is.
    private static readonly Lazy<string> Bundle = new(() =>
    {
        var now = new DateTimeOffset(2026, 11, 24, 0, 0, 0, TimeSpan.Zero);
        return new AuthorityBundle(CertificateAuthority.Create(now), Previous: null).Rotate(now).Pem;
    });

    [Theory]
    [InlineData(1, 1, 1, "orders-00000.team-0000.inject.kafkamesh.io")]
    [InlineData(64, 64, 64, "orders-00000.team-0000.inject.kafkamesh.io")]
    [InlineData(65, 20, 20, "team-0000.inject-namespace.kafkamesh.io")]
    [InlineData(1000, 50, 50, "team-0000.inject-namespace.kafkamesh.io")]
    [InlineData(1000, 300, 1, "inject-all.kafkamesh.io")]
    [InlineData(5000, 2500, 1, "inject-all.kafkamesh.io")]
    public void Scopes_ByNumberOfMonitors_AreAsNarrowAsAllowed(int monitors, int namespaces, int entries, string first)
    {
        var scopes = WebhookEntries.Scopes(Candidates.Many(monitors, namespaces), Registration());

        Assert.Equal(entries, scopes.Count);
        Assert.Equal(first, scopes[0].Name);
        Assert.Equal(monitors, scopes.SelectMany(s => s.Monitors).Distinct().Count());
    }

    [Fact]
    public void Scopes_NoMonitor_HaveNoEntry() => Assert.Empty(WebhookEntries.Scopes([], Registration()));

    [Fact]
    public void Scopes_ProtectedNamespacesAndBadSelectors_AreLeftOut()
    {
        var bad = Candidates.Of("team", "bad") with
        {
            Spec = new KafkaMonitorSpec { Selector = new LabelSelector { MatchLabels = new Dictionary<string, string> { ["a b"] = "c" } } },
        };

        var scopes = WebhookEntries.Scopes([Candidates.Of("kube-system", "a"), Candidates.Of("kafkamesh-system", "b"), Candidates.Of("cert-manager", "c"), Candidates.Of("calico-system", "d"), Candidates.Of("vault", "e"), bad, Candidates.Of("team", "good")], Registration());

        Assert.Equal("good.team.inject.kafkamesh.io", Assert.Single(scopes).Name);
    }

    [Fact]
    public void Scopes_FailAmongManyMonitors_NeverReachesPodsOfOthers()
    {
        var monitors = Candidates.Many(200, 10).Append(Candidates.Of("team-0003", "payments", WebhookFailurePolicy.Fail)).ToList();

        var scopes = WebhookEntries.Scopes(monitors, Registration());

        var strict = Assert.Single(scopes, s => s.FailurePolicy == WebhookFailurePolicy.Fail);
        Assert.Equal("payments.team-0003.inject.kafkamesh.io", strict.Name);
        Assert.Equal("payments", strict.Selector!.MatchLabels!["app"]);
        Assert.All(scopes.Where(s => s.Selector is null), s => Assert.Equal(WebhookFailurePolicy.Ignore, s.FailurePolicy));
    }

    [Fact]
    public void Scopes_MoreFailThanEntries_OldestKeepIt()
    {
        var monitors = Candidates.Many(80, 4, WebhookFailurePolicy.Fail);

        var scopes = WebhookEntries.Scopes(monitors, Registration());

        var weakened = scopes.SelectMany(s => s.Monitors, (s, m) => (s, m)).Where(x => EntryScopes.IsWeakened(x.m, x.s)).Select(x => x.m.Name).ToList();
        Assert.Equal(monitors.Skip(64).Select(m => m.Name).Order(), weakened.Order());
    }

    [Fact]
    public void Scopes_SelectorsThatTogetherAreTooLarge_FallBackToWiderEntries()
    {
        var monitors = Enumerable.Range(0, 60).Select(i => Candidates.Of("team", $"orders-{i}") with { Spec = new KafkaMonitorSpec { Selector = Large(i) } }).ToList();

        Assert.Equal("team.inject-namespace.kafkamesh.io", Assert.Single(WebhookEntries.Scopes(monitors, Registration())).Name);
    }

    [Fact]
    public void Configuration_OneForAll_ListsExactlyTheNamespacesThatHoldAMonitor()
    {
        var monitors = Candidates.Many(1000, 300);

        var entry = Entries(WebhookEntries.Scopes(monitors, Registration())).Single();

        var expression = entry["namespaceSelector"]!["matchExpressions"]![0]!;
        Assert.Equal("In", expression["operator"]!.ToString());
        Assert.Equal(monitors.Select(m => m.Namespace).Distinct().Order(), expression["values"]!.AsArray().Select(v => v!.ToString()).Order());
    }

    [Fact]
    public void Configuration_TooManyNamespacesToList_LeavesOutTheProtectedOnes()
    {
        var entry = Entries(WebhookEntries.Scopes(Candidates.Many(5000, 2500), Registration())).Single();

        var expression = entry["namespaceSelector"]!["matchExpressions"]![0]!;
        Assert.Equal("NotIn", expression["operator"]!.ToString());
        var values = expression["values"]!.AsArray().Select(v => v!.ToString()).ToList();
        Assert.Superset(new HashSet<string> { "kube-system", "kube-node-lease", "kube-public", "calico-system", "cert-manager", "kafkamesh-system", "vault" }, values.ToHashSet());
        Assert.Equal(values.Distinct(), values);
    }

    [Fact]
    public void Configuration_LongestNames_AreUniqueAndFitADnsName()
    {
        var prefix = string.Join('.', Enumerable.Repeat(new string('a', 49), 5));
        var monitor = Candidates.Of(new string('n', 63), "orders");
        var scopes = WebhookEntries.Scopes([monitor with { Name = prefix + "b" }, monitor with { Name = prefix + "c" }], Registration());

        Assert.Equal(2, scopes.Select(s => s.Name).Distinct().Count());
        Assert.All(scopes, s => Assert.InRange(s.Name.Length, 1, 253));
    }

    [Theory]
    [InlineData(64, 64)]
    [InlineData(1000, 256)]
    [InlineData(1000, 300)]
    [InlineData(3000, 2000)]
    public async Task Configuration_Stored_StaysBelowItsBoundAndIsRecognised(int monitors, int namespaces)
    {
        await using var cluster = await PlaygroundCluster.StartAsync();
        using var client = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.KubeconfigPath));
        var registration = Registration();
        var wanted = WebhookEntries.Configuration(WebhookEntries.Scopes(Candidates.Many(monitors, namespaces), registration), registration);

        Assert.False(WebhookEntries.IsStored(wanted, stored: null));
        await ApplyAsync(client, wanted);

        var text = await client.SendAsync(HttpMethod.Get, $"apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/{WellKnownNames.WebhookConfigurationName}");
        Assert.NotEmpty(JsonNode.Parse(text)!["metadata"]!["managedFields"]!.AsArray());
        Assert.InRange(text.Length, 1000, MaxStoredBytes);
        Assert.True(WebhookEntries.IsStored(wanted, JsonNode.Parse(text)!.AsObject()));
        var other = WebhookEntries.Configuration(WebhookEntries.Scopes(Candidates.Many(monitors - 1, namespaces), registration), registration);
        await ApplyAsync(client, other);
        var stored = await client.GetAsync(BuiltInEntities.MutatingWebhookConfigurations, WellKnownNames.WebhookConfigurationName);
        Assert.True(WebhookEntries.IsStored(other, stored));
    }

    [Theory]
    [InlineData("failurePolicy", "\"Fail\"")]
    [InlineData("timeoutSeconds", "30")]
    [InlineData("objectSelector", "{}")]
    [InlineData("matchConditions", """[{"name":"x","expression":"false"}]""")]
    public void IsStored_EntryThatSomebodyChanged_IsNotAsWanted(string field, string value)
    {
        var wanted = WebhookEntries.Configuration(WebhookEntries.Scopes([Candidates.Of("team", "orders")], Registration()), Registration());
        var stored = wanted.DeepClone().AsObject();
        stored["webhooks"]![0]!["addedByTheServer"] = true;
        Assert.True(WebhookEntries.IsStored(wanted, stored));

        stored["webhooks"]![0]![field] = JsonNode.Parse(value);

        Assert.False(WebhookEntries.IsStored(wanted, stored));
    }

    [Fact]
    public void IsStored_EntryTooMany_IsNotAsWanted()
    {
        var wanted = WebhookEntries.Configuration(WebhookEntries.Scopes([Candidates.Of("team", "orders")], Registration()), Registration());
        var more = WebhookEntries.Configuration(WebhookEntries.Scopes([Candidates.Of("team", "orders"), Candidates.Of("team", "gone")], Registration()), Registration());

        Assert.False(WebhookEntries.IsStored(wanted, more));
        Assert.False(WebhookEntries.IsStored(more, wanted));
    }

    private static WebhookRegistration Registration() => new(new ProtectedNamespaces("kafkamesh-system", ["vault"]), "kafkamesh-operator", Bundle.Value, MatchConditions: false);

    private static IEnumerable<JsonObject> Entries(IReadOnlyList<EntryScope> scopes) =>
        WebhookEntries.Configuration(scopes, Registration())["webhooks"]!.AsArray().Select(e => e!.AsObject());

    private static Task ApplyAsync(KubernetesClient client, JsonObject configuration) => client.PatchAsync(
        BuiltInEntities.MutatingWebhookConfigurations,
        V1Patch.Apply(configuration),
        WellKnownNames.WebhookConfigurationName,
        namespaceName: null,
        new WriteOptions { FieldManager = WellKnownNames.FieldManager, Force = true });

    private static LabelSelector Large(int seed) => new()
    {
        MatchExpressions = [new LabelSelectorRequirement { Key = "app", Operator = "In", Values = [.. Enumerable.Range(0, 120).Select(v => $"{seed}-{v}-{new string('x', 50)}")] }],
    };
}
