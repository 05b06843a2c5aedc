using System.Text.Json.Nodes;
using KafkaMesh.Contracts;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Operator.Admission;
using KafkaMesh.Operator.Commands.Injection;
using KafkaMesh.Operator.Configuration;

namespace KafkaMesh.Operator.Diagnosis.Reading;

/// <summary>Reads all that a diagnosis looks at. What cannot be read costs its own findings only.</summary>
/// <param name="client">The API server, as the user sees it.</param>
/// <param name="operatorNamespace">Namespace of the operator.</param>
/// <param name="time">The clock.</param>
internal sealed class ClusterSightReader(IKubernetesClient client, string operatorNamespace, TimeProvider time)
{
    private static readonly EntityType<JsonObject> Services = EntityType.Raw(new EntityMetadata("Service", "v1", "", "services"));
    private static readonly EntityType<JsonObject> Slices = EntityType.Raw(new EntityMetadata("EndpointSlice", "v1", "discovery.k8s.io", "endpointslices"));

    // Twice the leader's retry period.
    private static readonly TimeSpan LeasePause = TimeSpan.FromSeconds(5);

    /// <summary>Reads.</summary>
    /// <param name="onlyNamespace">The one namespace to look at; null: all.</param>
    /// <param name="fallbackNamespace">The one to look at when all are not to be seen.</param>
    /// <param name="reader">Reads with a deadline.</param>
    public async Task<ClusterSight> ReadAsync(string? onlyNamespace, string fallbackNamespace, CarefulReader reader)
    {
        var sight = new ClusterSight
        {
            OperatorNamespace = operatorNamespace,
            Now = time.GetUtcNow(),
            Version = ProductVersion.Text,
            OnlyNamespace = onlyNamespace,
            Server = await reader.TryAsync("ask for the version", async () => (VersionInfo?)await client.GetVersionAsync(reader.Deadline)),
        };
        if (sight.Server.Value is null)
            return sight;
        sight = await ReadInstallationAsync(sight, reader);
        sight = await ReadRegistrationAsync(sight, reader);
        var monitors = new MonitorSightReader(client);
        sight = WithSwitch(sight, await monitors.FactsAsync(operatorNamespace, reader));
        sight = await monitors.ReadAsync(sight, fallbackNamespace, reader);
        return sight with { Probes = await new AdmissionProbe(client, operatorNamespace).RunAsync(sight, reader) };
    }

    // The operator's own namespace may switch injection off for the whole cluster. Where it may not be read, injection counts as on.
    private ClusterSight WithSwitch(ClusterSight sight, Sight<NamespaceFacts> own) => sight with
    {
        OwnNamespace = own,
        Facts = sight.Facts.Value is { } facts && own.Value is { } space
            ? sight.Facts with { Value = facts with { DisabledBy = ClusterFacts.Switch(operatorNamespace, space.Annotations) } }
            : sight.Facts,
    };

    private async Task<ClusterSight> ReadInstallationAsync(ClusterSight sight, CarefulReader reader)
    {
        var definition = reader.TryAsync("get customresourcedefinitions", () => client.GetAsync(
            BuiltInEntities.CustomResourceDefinitions, $"{WellKnownNames.Plural}.{WellKnownNames.Group}", cancellationToken: reader.Deadline));
        var deployment = await reader.TryAsync($"get deployments in {operatorNamespace}", () => client.GetAsync(
            BuiltInEntities.Deployments, WellKnownNames.OperatorName, operatorNamespace, reader.Deadline));
        var lease = await LeaseAsync(reader);
        var facts = reader.TryAsync("list nodes", async () => (ClusterFacts?)new ClusterFacts(await new ClusterReader(client, operatorNamespace).HasNativeSidecarsAsync(reader.Deadline)));
        var moved = lease.Value is { } held && IsOverdue(held) && await IsRenewedAsync(held, reader);
        sight = sight with
        {
            Definition = await definition,
            Deployment = deployment,
            Replicas = await ReplicasAsync(deployment.Value, reader),
            Lease = lease,
            LeaseMoved = moved,
            Lacking = await LackingAsync(deployment.Value, reader),
            Facts = await facts,
        };
        return sight with { Facts = sight.Facts.Value is { } known ? sight.Facts with { Value = known with { DefaultPodSecurity = sight.DefaultPodSecurity } } : sight.Facts };
    }

    private Task<Sight<V1Lease>> LeaseAsync(CarefulReader reader) => reader.TryAsync($"get leases in {operatorNamespace}", () => client.GetAsync(
        BuiltInEntities.Leases, WellKnownNames.OperatorName, operatorNamespace, reader.Deadline));

    /// <summary>Whether the holder should have renewed the lease by now, by this machine's clock.</summary>
    private bool IsOverdue(V1Lease lease) =>
        lease.Spec?.RenewTime is { } renewed && time.GetUtcNow() - renewed > TimeSpan.FromSeconds(lease.Spec.LeaseDurationSeconds ?? 15);

    // This machine's clock may be wrong: whether the leader lives is seen by what it does.
    private async Task<bool> IsRenewedAsync(V1Lease before, CarefulReader reader)
    {
        var waited = await reader.TryAsync("wait", async () =>
        {
            await Task.Delay(LeasePause, time, reader.Deadline);
            return "";
        });
        return waited.Problem is null && (await LeaseAsync(reader)).Value?.Spec?.RenewTime is { } renewed && renewed != before.Spec?.RenewTime;
    }

    private async Task<Sight<IReadOnlyList<ReplicaSight>>> ReplicasAsync(JsonObject? deployment, CarefulReader reader)
    {
        if (deployment is null)
            return default;
        var port = new DeploymentFacts(deployment).MetricsPort;
        var selector = ((deployment["spec"] as JsonObject)?["selector"] as JsonObject)?["matchLabels"] as JsonObject ?? [];
        var labels = string.Join(',', selector.Select(l => $"{l.Key}={l.Value}"));
        return await reader.TryAsync<IReadOnlyList<ReplicaSight>>($"list pods in {operatorNamespace}", async () =>
        {
            var pods = await client.ListAsync(BuiltInEntities.Pods, operatorNamespace, new ListOptions { LabelSelector = labels }, reader.Deadline);
            return [.. await Task.WhenAll(pods.Items.Select(SeenPod.Of).OfType<SeenPod>().Where(p => !p.Pod.IsTerminal).Select(p => ReplicaAsync(p, port, reader)))];
        });
    }

    // The operator is reached as a user reaches it: through the API server, by the user's own rights.
    private async Task<ReplicaSight> ReplicaAsync(SeenPod pod, long port, CarefulReader reader) => new(pod, await reader.TryAsync($"get pods/proxy in {operatorNamespace}", async () =>
    {
        var path = $"api/v1/namespaces/{operatorNamespace}/pods/{pod.Pod.Name}:{port}/proxy/metrics";
        return (ReplicaFigures?)ReplicaFigures.Parse(System.Text.Encoding.UTF8.GetString(await client.SendAsync(HttpMethod.Get, path, cancellationToken: reader.Deadline)));
    }));

    private async Task<Sight<IReadOnlyList<OperatorGrant>>> LackingAsync(JsonObject? deployment, CarefulReader reader)
    {
        var account = deployment is null ? WellKnownNames.OperatorName : new DeploymentFacts(deployment).ServiceAccount;
        return await reader.TryAsync<IReadOnlyList<OperatorGrant>>("create subjectaccessreviews", async () =>
        {
            var allowed = await Task.WhenAll(OperatorGrant.All.Select(g => IsAllowedAsync(g, account, reader.Deadline)));
            return [.. OperatorGrant.All.Where((_, i) => !allowed[i])];
        });
    }

    private async Task<bool> IsAllowedAsync(OperatorGrant grant, string account, CancellationToken cancellationToken)
    {
        var resource = grant.Resource.Split('/', 2);
        var attributes = new JsonObject { ["verb"] = grant.Verb, ["group"] = grant.Group, ["resource"] = resource[0] };
        if (resource.Length > 1)
            attributes["subresource"] = resource[1];
        if (grant.Name.Length > 0)
            attributes["name"] = grant.Name;
        if (grant.OwnNamespace)
            attributes["namespace"] = operatorNamespace;
        var answer = await client.SendAsync(HttpMethod.Post, "apis/authorization.k8s.io/v1/subjectaccessreviews", new JsonObject
        {
            ["apiVersion"] = "authorization.k8s.io/v1",
            ["kind"] = "SubjectAccessReview",
            ["spec"] = new JsonObject
            {
                ["user"] = $"system:serviceaccount:{operatorNamespace}:{account}",
                ["groups"] = new JsonArray("system:serviceaccounts", $"system:serviceaccounts:{operatorNamespace}", "system:authenticated"),
                ["resourceAttributes"] = attributes,
            },
        }, cancellationToken);
        return (JsonNode.Parse(answer)?["status"] as JsonObject)?["allowed"]?.GetValue<bool>() == true;
    }

    private async Task<ClusterSight> ReadRegistrationAsync(ClusterSight sight, CarefulReader reader)
    {
        var facts = sight.Deployment.Value is { } deployment ? new DeploymentFacts(deployment) : null;
        var service = facts?.ServiceName ?? WellKnownNames.OperatorName;
        var webhooks = reader.TryAsync<IReadOnlyList<JsonObject>>("list mutatingwebhookconfigurations", async () =>
            [.. (await client.ListAsync(BuiltInEntities.MutatingWebhookConfigurations, cancellationToken: reader.Deadline)).Items]);
        var services = reader.TryAsync($"get services in {operatorNamespace}", () => client.GetAsync(Services, service, operatorNamespace, reader.Deadline));
        var slices = reader.TryAsync<IReadOnlyList<JsonObject>>($"list endpointslices in {operatorNamespace}", async () =>
            [.. (await client.ListAsync(Slices, operatorNamespace, new ListOptions { LabelSelector = $"kubernetes.io/service-name={service}" }, reader.Deadline)).Items]);
        var seen = await webhooks;
        if (seen.Problem is not null)
            seen = await OwnRegistrationAsync(seen.Problem, reader);
        return sight with
        {
            Webhooks = seen,
            Service = await services,
            Slices = await slices,
            Authority = await CertificatesAsync(WellKnownNames.WebhookCaSecretName, ["ca.crt", "previous.crt"], reader),
            Mounted = facts?.CertificateSecret is { } secret ? await CertificatesAsync(secret, ["tls.crt", "ca.crt"], reader) : default,
        };
    }

    // Who may not list them all may perhaps see ours.
    private async Task<Sight<IReadOnlyList<JsonObject>>> OwnRegistrationAsync(string problem, CarefulReader reader)
    {
        var own = await reader.TryAsync("get mutatingwebhookconfigurations", () => client.GetAsync(
            BuiltInEntities.MutatingWebhookConfigurations, WellKnownNames.WebhookConfigurationName, cancellationToken: reader.Deadline));
        return own.Value is { } found ? new Sight<IReadOnlyList<JsonObject>>([found], problem) : new Sight<IReadOnlyList<JsonObject>>(Value: null, problem);
    }

    // Keys stand beside them and are not kept.
    private Task<Sight<IReadOnlyList<string>>> CertificatesAsync(string name, string[] entries, CarefulReader reader) =>
        reader.TryAsync<IReadOnlyList<string>>($"get secrets in {operatorNamespace}", async () =>
        {
            var secret = await client.GetAsync(BuiltInEntities.Secrets, name, operatorNamespace, reader.Deadline);
            return secret is null ? null : [.. entries.Select(e => CertificateText.FromBase64((secret["data"] as JsonObject)?[e]?.ToString())).OfType<string>()];
        });
}
