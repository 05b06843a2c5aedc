using System.Text.Json.Nodes;
using KafkaMesh.Kubernetes.Admission;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Kubernetes.Events;
using KafkaMesh.Operator.Admission;
using KafkaMesh.Operator.Admission.Pods;
using KafkaMesh.Operator.Metrics;
using KafkaMesh.Operator.Wording;
using Serilog;

namespace KafkaMesh.Operator.Webhook;

/// <summary>
/// Answers admission requests. It never refuses a pod: what it cannot decide or change goes through unchanged, with a
/// warning that kubectl shows.
/// </summary>
/// <param name="facts">What is known of the cluster.</param>
/// <param name="defaults">The sidecars' configuration as it is now.</param>
/// <param name="protectedNamespaces">Where nothing is injected.</param>
/// <param name="metrics">Counts admissions.</param>
/// <param name="events">Tells the pod's owner when a decision failed.</param>
/// <param name="log">The log.</param>
internal sealed class AdmissionHandler(
    IInjectionFacts facts, Func<SidecarDefaults> defaults, ProtectedNamespaces protectedNamespaces, OperatorMetrics metrics, IEventRecorder events, ILogger log)
{
    // No object has a longer name. Events wait in memory, so that what is longer is not kept.
    private const int MaxNameLength = 253;

    /// <summary>Decides about one request.</summary>
    public async Task<AdmissionOutcome> HandleAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await DecideAsync(request, cancellationToken);
        }
        catch (Exception error)
        {
            // Failing open covers every defect of ours: an exception here would let failurePolicy Fail refuse the pod.
            log.Error(error, "admission of a pod in {Namespace} failed; it is admitted unchanged", request.Namespace);
            Count(request, "error", "internal");
            var message = "KafkaMesh could not decide about this pod and left it unchanged: " + Brief(error);
            if (request.DryRun != true && Subject(request) is { } subject)
                events.Record(subject, EventType.Warning, "KafkaSidecarFailed", message);
            return new AdmissionOutcome(AdmissionResponse.Allow(request.Uid, message));
        }
    }

    /// <summary>Logs a decision that concerns somebody. Call it when the answer is on its way: the pod need not wait for a log.</summary>
    public void Log(AdmissionRequest request, InjectionDecision decision)
    {
        if (decision.Outcome is InjectionOutcome.Injected or InjectionOutcome.Skipped)
        {
            log.Information(
                "pod {Pod} in {Namespace}: {Outcome} {Reason} by monitor {Monitor}, dry run {DryRun}",
                Shown(request.Name) ?? "(no name yet)", request.Namespace, Name(decision.Outcome), decision.Reason ?? "", decision.Monitor, request.DryRun == true);
        }
    }

    private async Task<AdmissionOutcome> DecideAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        // The registration leaves protected namespaces out already; a configuration edited by hand must do no harm either.
        if (!IsPodCreation(request) || request.Namespace is not { Length: > 0 } namespaceName || protectedNamespaces.Contains(namespaceName))
        {
            Count(request, "ignored");
            return new AdmissionOutcome(AdmissionResponse.Allow(request.Uid));
        }
        var monitors = facts.MonitorsOf(namespaceName);
        if (monitors.Count == 0)
        {
            Count(request, "not-selected");
            return new AdmissionOutcome(AdmissionResponse.Allow(request.Uid));
        }
        var namespaceFacts = await facts.GetNamespaceAsync(namespaceName, cancellationToken);
        var decision = InjectionEngine.Decide(new InjectionRequest(request.Object!, namespaceFacts, monitors, facts.Cluster, defaults()));
        Count(request, Name(decision.Outcome), decision.Reason ?? "");
        var response = decision.Patch.Count == 0
            ? AdmissionResponse.Allow(request.Uid, [.. decision.Warnings])
            : AdmissionResponse.AllowPatched(request.Uid, decision.PatchDocument(), [.. decision.Warnings]);
        return new AdmissionOutcome(response, decision);
    }

    // A dry run leaves nothing behind that lasts.
    private void Count(AdmissionRequest request, string decision, string reason = "")
    {
        if (request.DryRun != true)
            metrics.Admissions.Increment(decision, reason);
    }

    // The pod has no uid yet, and perhaps no name: its owner is what a user can look at.
    private static V1ObjectReference? Subject(AdmissionRequest request) =>
        Owner(request) ?? (IsName(request.Name) ? new V1ObjectReference { ApiVersion = "v1", Kind = "Pod", Name = request.Name, Namespace = request.Namespace } : null);

    private static V1ObjectReference? Owner(AdmissionRequest request)
    {
        try
        {
            var owners = (request.Object?["metadata"] as JsonObject)?["ownerReferences"] as JsonArray ?? [];
            var owner = owners.OfType<JsonObject>().FirstOrDefault(o => PodView.Flag(o, "controller") == true) ?? owners.OfType<JsonObject>().FirstOrDefault();
            var reference = new V1ObjectReference
            {
                ApiVersion = PodView.Text(owner, "apiVersion"),
                Kind = PodView.Text(owner, "kind"),
                Name = PodView.Text(owner, "name"),
                Uid = PodView.Text(owner, "uid"),
                Namespace = request.Namespace,
            };
            return IsName(reference.ApiVersion) && IsName(reference.Kind) && IsName(reference.Name) && IsName(reference.Uid) ? reference : null;
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException)
        {
            // JSON is read where it is looked at: a property that comes twice, or half a surrogate, may be what made the decision fail.
            return null;
        }
    }

    private static bool IsName(string? text) => text is { Length: > 0 and <= MaxNameLength };

    // Admission comes before the API server checks names, and others than API servers may ask.
    private static string? Shown(string? name) =>
        IsName(name) && !name.AsSpan().ContainsAnyExceptInRange(' ', '~') ? name : name is null ? null : PlainText.Of(name.Length <= MaxNameLength ? name : name[..MaxNameLength]);

    private static bool IsPodCreation(AdmissionRequest request) =>
        request.Operation == "CREATE"
        && request.Resource is { Group: null or "", Resource: "pods" }
        && string.IsNullOrEmpty(request.SubResource)
        && request.Object is not null;

    private static string Name(InjectionOutcome outcome) => outcome switch
    {
        InjectionOutcome.Injected => "injected",
        InjectionOutcome.Skipped => "skipped",
        InjectionOutcome.Unchanged => "unchanged",
        _ => "not-selected",
    };

    private static string Brief(Exception error)
    {
        var text = error.Message.ReplaceLineEndings(" ");
        return text.Length <= 150 ? text : text[..150];
    }
}
