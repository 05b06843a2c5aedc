using System.Text.Json.Nodes;
using KafkaMesh.Contracts;
using KafkaMesh.Operator.Admission.Pods;
using KafkaMesh.Operator.Diagnosis.Reading;
using KafkaMesh.Operator.Webhook;
using KafkaMesh.Operator.Wording;

namespace KafkaMesh.Operator.Diagnosis.Checks;

/// <summary>KM3xx: what the API server knows of the injector.</summary>
internal static class WebhookChecks
{
    private const string LookAtOperator = "The leader writes entries within seconds: look at KM201 to KM203, and at its log.";

    // Compared one by one elsewhere, or left out by the operator where the server refuses them.
    private static readonly string[] Elsewhere = ["name", "clientConfig", "failurePolicy", "matchConditions"];

    /// <summary>Looks.</summary>
    public static IEnumerable<Finding> Run(ClusterSight sight)
    {
        foreach (var finding in Registration(sight))
            yield return finding;
        foreach (var finding in Others(sight))
            yield return finding;
        foreach (var finding in Probes(sight))
            yield return finding;
    }

    private static IEnumerable<Finding> Registration(ClusterSight sight)
    {
        if (sight.InjectorRegistration is not { } registration)
        {
            return
            [
                sight.Webhooks.Problem is { } problem
                    ? CheckCodes.Registration.Unknown(problem)
                    : CheckCodes.Registration.Error($"there is no MutatingWebhookConfiguration {WellKnownNames.WebhookConfigurationName}", "The leader makes one that was deleted again within a minute; if not, look at KM203 and KM501, or: kubectl apply -k config/webhook"),
                Endpoints(sight),
            ];
        }
        var entries = EntriesOf(registration);
        return
        [
            CheckCodes.Registration.Ok($"MutatingWebhookConfiguration {WellKnownNames.WebhookConfigurationName} has {Plural.Of(entries.Count, "entry", "entries")}"),
            Endpoints(sight),
            Service(sight, entries),
            .. Entries(sight, entries),
        ];
    }

    /// <summary>The entries of a registration.</summary>
    public static List<JsonObject> EntriesOf(JsonObject registration) => [.. PodView.Items(registration, "webhooks")];

    private static WebhookRegistration RegistrationOf(ClusterSight sight, IReadOnlyList<JsonObject> entries)
    {
        var bundle = entries.Select(e => CertificateText.FromBase64(PodView.Text(e["clientConfig"] as JsonObject, "caBundle"))).FirstOrDefault(b => b is not null) ?? "";
        return new WebhookRegistration(sight.Protected, ServiceOf(sight), bundle, MatchConditions: entries.Any(e => e.ContainsKey("matchConditions")));
    }

    private static string ServiceOf(ClusterSight sight) =>
        sight.Deployment.Value is { } deployment ? new DeploymentFacts(deployment).ServiceName : WellKnownNames.OperatorName;

    private static Finding Endpoints(ClusterSight sight)
    {
        var name = $"Service {sight.OperatorNamespace}/{ServiceOf(sight)}";
        if ((sight.Service.Problem ?? sight.Slices.Problem) is { } problem)
            return CheckCodes.Endpoints.Unknown(problem);
        if (sight.Service.Value is not { } service)
            return CheckCodes.Endpoints.Error($"there is no {name}, through which the API server calls the injector", "Install KafkaMesh: kubectl apply -k config/default");
        if (!PodView.Items(service["spec"] as JsonObject, "ports").Any(p => PodView.Number(p, "port") == 443))
            return CheckCodes.Endpoints.Error($"{name} has no port 443", "Apply config/webhook again.");
        var ready = (sight.Slices.Value ?? []).SelectMany(s => PodView.Items(s, "endpoints")).Count(e => PodView.Flag(e["conditions"] as JsonObject, "ready") != false);
        return ready > 0
            ? CheckCodes.Endpoints.Ok($"{name} has {ready} ready endpoints")
            : CheckCodes.Endpoints.Error($"{name} has no ready endpoint: the API server cannot call the injector", "Look at KM201; the Service's selector must match the labels of the operator's pods.");
    }

    private static Finding Service(ClusterSight sight, List<JsonObject> entries)
    {
        foreach (var entry in entries)
        {
            var client = entry["clientConfig"] as JsonObject;
            var service = client?["service"] as JsonObject;
            var target = service is null ? PodView.Text(client, "url") ?? "nothing" : $"{PodView.Text(service, "namespace")}/{PodView.Text(service, "name")}:{PodView.Number(service, "port") ?? 443}{PodView.Text(service, "path")}";
            var wanted = $"{sight.OperatorNamespace}/{ServiceOf(sight)}:443{WellKnownNames.MutatePodsPath}";
            if (target != wanted)
                return CheckCodes.EntryService.Error($"entry {PodView.Text(entry, "name")} calls {target} instead of {wanted}", "Somebody has changed it: delete the entry, and the operator writes it anew.");
        }
        return CheckCodes.EntryService.Ok($"{Plural.Of(entries.Count, "entry calls", "entries call")} {sight.OperatorNamespace}/{ServiceOf(sight)}");
    }

    private static IEnumerable<Finding> Entries(ClusterSight sight, List<JsonObject> entries)
    {
        if (sight.Monitors.Problem is { } problem || sight.OnlyNamespace is not null)
        {
            // How monitors share entries follows from all of them.
            yield return CheckCodes.Entries.Unknown(sight.Monitors.Problem ?? "it takes the KafkaMonitors of all namespaces");
            yield break;
        }
        var registration = RegistrationOf(sight, entries);

        // A monitor whose spec cannot be read has no creation time here, and no entry: it selects nothing.
        var scopes = WebhookEntries.Scopes((sight.Monitors.Value ?? []).Where(m => m.Monitor.CreationTimestamp.Length > 0).Select(m => m.Monitor), registration);
        var wanted = EntriesOf(WebhookEntries.Configuration(scopes, registration)).ToDictionary(e => PodView.Text(e, "name")!, StringComparer.Ordinal);
        var stored = entries.GroupBy(e => PodView.Text(e, "name") ?? "", StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);
        var findings = new List<Finding>();
        foreach (var scope in scopes)
        {
            if (!stored.TryGetValue(scope.Name, out var entry))
            {
                findings.AddRange(scope.Monitors.Select(m => CheckCodes.Entries.Error($"there is no entry {scope.Name}: its pods start without sidecar", LookAtOperator).About($"kafkamonitor/{m.Namespace}/{m.Name}")));
                continue;
            }
            findings.AddRange(Policy(scope, entry));
            if (Difference(wanted[scope.Name], entry) is { } field)
                findings.Add(CheckCodes.EntryContent.Warning($"entry {scope.Name}: {field} is not what the operator writes", "Another field manager has changed it; the operator puts it right within 30 s, unless somebody keeps changing it (a GitOps tool must leave webhooks to the operator)."));
        }
        findings.AddRange(stored.Keys.Except(wanted.Keys, StringComparer.Ordinal).Select(name => CheckCodes.Entries.Warning($"entry {name} serves no KafkaMonitor", LookAtOperator)));
        foreach (var (check, message) in (ReadOnlySpan<(CheckCode, string)>)[
            (CheckCodes.Entries, $"{Plural.Of(scopes.Sum(s => s.Monitors.Count), "KafkaMonitor has", "KafkaMonitors have")} {Plural.Of(scopes.Count, "entry", "entries")}"),
            (CheckCodes.FailurePolicy, "as asked"),
            (CheckCodes.EntryContent, "as written")])
        {
            if (!findings.Exists(f => f.Check == check))
                findings.Add(check.Ok(message));
        }
        foreach (var finding in findings.OrderBy(f => f.Check.Code, StringComparer.Ordinal))
            yield return finding;
    }

    private static IEnumerable<Finding> Policy(EntryScope scope, JsonObject entry)
    {
        var policy = PodView.Text(entry, "failurePolicy");
        if (policy != scope.FailurePolicy)
            yield return CheckCodes.FailurePolicy.Warning($"entry {scope.Name} has failurePolicy {policy} instead of {scope.FailurePolicy}", "Somebody has changed it: the operator puts it right within 30 s.");
        foreach (var monitor in scope.Monitors.Where(m => EntryScopes.IsWeakened(m, scope)))
        {
            yield return CheckCodes.FailurePolicy
                .Warning($"asks for failurePolicy Fail and shares an entry with Ignore: only {EntryScopes.MaxMonitors} monitors can have Fail", "Ask for Fail in fewer monitors.")
                .About($"kafkamonitor/{monitor.Namespace}/{monitor.Name}");
        }
    }

    private static string? Difference(JsonObject wanted, JsonObject stored) =>
        wanted.Where(f => !Elsewhere.Contains(f.Key) && !JsonNode.DeepEquals(stored[f.Key], f.Value)).Select(f => f.Key).FirstOrDefault();

    private static IEnumerable<Finding> Others(ClusterSight sight)
    {
        if (sight.Webhooks.Problem is { } problem)
        {
            yield return CheckCodes.OtherWebhooks.Unknown(problem);
            yield break;
        }
        var others = (sight.Webhooks.Value ?? []).Where(w => Name(w) != WellKnownNames.WebhookConfigurationName).ToList();
        var strangers = others.Where(w => PodView.Items(w, "webhooks").Any(e => CallsInjector(e, sight))).Select(Name).ToList();
        foreach (var name in strangers)
        {
            yield return CheckCodes.OtherWebhooks.Warning(
                $"MutatingWebhookConfiguration {name} calls the injector too: pods are sent twice", $"It is left from another installation: kubectl delete mutatingwebhookconfiguration {name}");
        }
        if (strangers.Count > 0)
            yield break;
        var changing = others.Where(w => PodView.Items(w, "webhooks").Any(ChangesPods)).Select(Name).Order(StringComparer.Ordinal).ToList();
        yield return CheckCodes.OtherWebhooks.Ok(changing.Count == 0
            ? "no other webhook changes pods"
            : $"pods are also changed by {string.Join(", ", changing.Select(n => $"{n} ({Order(n)})"))}; the injector is asked again after changes behind it");
    }

    // API servers call configurations by name.
    private static string Order(string name) => string.CompareOrdinal(name, WellKnownNames.WebhookConfigurationName) < 0 ? "before" : "after";

    private static string Name(JsonObject configuration) => PodView.Text(configuration["metadata"] as JsonObject, "name") ?? "";

    private static bool CallsInjector(JsonObject entry, ClusterSight sight)
    {
        var service = (entry["clientConfig"] as JsonObject)?["service"] as JsonObject;
        return PodView.Text(service, "name") == ServiceOf(sight) && PodView.Text(service, "namespace") == sight.OperatorNamespace;
    }

    private static bool ChangesPods(JsonObject entry) => PodView.Items(entry, "rules").Any(r =>
        Holds(r, "resources", "pods") && Holds(r, "operations", "CREATE") && Holds(r, "apiGroups", ""));

    private static bool Holds(JsonObject rule, string field, string value) =>
        (rule[field] as JsonArray ?? []).Any(v => v?.ToString() is { } text && (text == value || text is "*" or "*/*"));

    private static IEnumerable<Finding> Probes(ClusterSight sight)
    {
        if (sight.Probes.Count == 0)
            yield return CheckCodes.Probe.Unknown(sight.Monitors.Problem ?? "there is no usable KafkaMonitor to try");
        foreach (var probe in sight.Probes)
            yield return Probe(probe);
    }

    /// <summary>The finding of a trial.</summary>
    public static Finding Probe(ProbeSight probe)
    {
        const string Advice = "The API server does not reach the injector or does not trust it: look at KM302 and KM401, at network policies and firewalls between API server and port 9443 of the operator's pods, and at the API server's log.";
        return (probe.Result switch
        {
            ProbeResult.Answered => CheckCodes.Probe.Ok($"the injector answered for namespace {probe.Monitor.Monitor.Namespace}"),
            ProbeResult.RefusedByPodSecurity => CheckCodes.Probe.Ok($"the injector answered for namespace {probe.Monitor.Monitor.Namespace}, and Pod Security refused the pod (KM601): {probe.Detail}"),
            ProbeResult.NotTried => CheckCodes.Probe.Unknown(probe.Detail),
            ProbeResult.Refused => CheckCodes.Probe.Error($"pods of namespace {probe.Monitor.Monitor.Namespace} are refused: {probe.Detail}", Advice),
            _ => CheckCodes.Probe.Error($"a pod that the monitor selects came back without a word of the injector", Advice),
        }).About(probe.Monitor.Subject);
    }
}
