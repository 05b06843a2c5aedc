using System.Net;
using System.Text.Json.Nodes;
using KafkaMesh.Contracts;
using KafkaMesh.Contracts.Monitors;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Operator.Admission.Pods;

namespace KafkaMesh.Operator.Diagnosis.Reading;

/// <summary>
/// Creates a pod as a trial (dry run: nothing is stored or started) that a monitor selects, and looks whether the injector
/// has answered. This is the one proof that the API server reaches the injector and trusts its certificate.
/// </summary>
internal sealed class AdmissionProbe(IKubernetesClient client, string operatorNamespace)
{
    // The way to the injector is the same for all; a few namespaces show what admission there does besides.
    private const int MaxTrials = 5;

    /// <summary>Tries some monitors, one of each namespace at most.</summary>
    public async Task<IReadOnlyList<ProbeSight>> RunAsync(ClusterSight sight, CarefulReader reader)
    {
        var monitors = (sight.Monitors.Value ?? []).Where(m => m.Invalid is null).DistinctBy(m => m.Monitor.Namespace).Take(MaxTrials);
        var results = new List<ProbeSight>();
        foreach (var monitor in monitors)
            results.Add(await TryAsync(monitor, reader));
        return results;
    }

    /// <summary>Tries one monitor.</summary>
    public async Task<ProbeSight> TryAsync(SeenMonitor monitor, CarefulReader reader)
    {
        if (LabelsFor(monitor.Monitor.Spec.Selector) is not { } labels)
            return new ProbeSight(monitor, ProbeResult.NotTried, "no labels satisfy its selector");
        var refused = "";
        var result = ProbeResult.Refused;
        var answer = await reader.TryAsync($"create pods in {monitor.Monitor.Namespace}", async () =>
        {
            try
            {
                return await client.CreateAsync(BuiltInEntities.Pods, Pod(monitor.Monitor.Namespace, labels), new WriteOptions { DryRun = true }, reader.Deadline);
            }
            catch (ApiException error) when (error.StatusCode == HttpStatusCode.InternalServerError && error.Message.Contains("webhook", StringComparison.OrdinalIgnoreCase))
            {
                refused = error.Status?.Message ?? error.Message;
                return null;
            }
            catch (ApiException error) when (error.StatusCode == HttpStatusCode.Forbidden && PodSecurityRefusal.LevelIn(error.Status?.Message ?? "") is not null)
            {
                (refused, result) = (error.Status!.Message!, ProbeResult.RefusedByPodSecurity);
                return null;
            }
        });
        if (refused.Length > 0)
            return new ProbeSight(monitor, result, refused.ReplaceLineEndings(" "));
        if (answer.Problem is { } problem)
            return new ProbeSight(monitor, ProbeResult.NotTried, problem);
        var injected = new PodView(answer.Value!).Labels;
        var isAnswered = injected.ContainsKey(WellKnownNames.MonitorLabel) || injected.ContainsKey(WellKnownNames.SkippedLabel);
        return new ProbeSight(monitor, isAnswered ? ProbeResult.Answered : ProbeResult.NotAnswered, "");
    }

    // A pod that Pod Security restricted accepts, so that a refusal has another cause.
    private JsonObject Pod(string namespaceName, JsonObject labels) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Pod",
        ["metadata"] = new JsonObject
        {
            ["generateName"] = "kafkamesh-check-",
            ["namespace"] = namespaceName,
            ["labels"] = labels,
            ["annotations"] = new JsonObject { [WellKnownNames.InjectAnnotation] = "enabled" },
        },
        ["spec"] = new JsonObject
        {
            ["automountServiceAccountToken"] = false,
            ["securityContext"] = new JsonObject
            {
                ["runAsNonRoot"] = true,
                ["runAsUser"] = 65532,
                ["seccompProfile"] = new JsonObject { ["type"] = "RuntimeDefault" },
            },
            ["containers"] = new JsonArray(new JsonObject
            {
                ["name"] = "check",
                ["image"] = $"kafkamesh-check.{operatorNamespace}.invalid/none",
                ["resources"] = new JsonObject
                {
                    ["requests"] = new JsonObject { ["cpu"] = "1m", ["memory"] = "1Mi" },
                    ["limits"] = new JsonObject { ["cpu"] = "1m", ["memory"] = "1Mi" },
                },
                ["securityContext"] = new JsonObject
                {
                    ["allowPrivilegeEscalation"] = false,
                    ["capabilities"] = new JsonObject { ["drop"] = new JsonArray("ALL") },
                },
            }),
        },
    };

    /// <summary>Labels that satisfy a selector; null when none are found.</summary>
    /// <param name="selector">The selector.</param>
    public static JsonObject? LabelsFor(LabelSelector selector)
    {
        var labels = new Dictionary<string, string>(selector.MatchLabels ?? new Dictionary<string, string>(), StringComparer.Ordinal);
        foreach (var requirement in selector.MatchExpressions ?? [])
        {
            if (requirement.Operator == "In" && requirement.Values is [var value, ..])
                labels.TryAdd(requirement.Key, value);
            else if (requirement.Operator == "Exists")
                labels.TryAdd(requirement.Key, "kafkamesh-check");
        }
        return Admission.Monitors.LabelMatcher.Matches(selector, labels) ? new JsonObject(labels.Select(l => KeyValuePair.Create(l.Key, (JsonNode?)l.Value))) : null;
    }
}
