using System.Text.Json.Nodes;
using KafkaMesh.Contracts;
using KafkaMesh.Contracts.Monitors;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Operator.Admission;
using KafkaMesh.Operator.Admission.Monitors;
using KafkaMesh.Operator.Admission.Patching;
using KafkaMesh.Operator.Configuration;
using KafkaMesh.Operator.Diagnosis.Reading;
using KafkaMesh.Operator.Manifests;
using KafkaMesh.Operator.Webhook;

namespace KafkaMesh.Operator.Commands.Injection;

/// <summary>Injects sidecars into the pod templates of manifests, by the decisions that the webhook makes about their pods.</summary>
internal sealed class ManifestInjector(InjectOptions options)
{
    private const int NativeSidecarMinor = 29;

    private readonly List<string> _notes = [];

    /// <summary>What the user should know besides the result.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>Decides about every pod template.</summary>
    /// <param name="files">The manifests.</param>
    /// <param name="monitorFiles">Files with further monitors.</param>
    /// <param name="client">The cluster; null: none is asked.</param>
    /// <param name="defaultNamespace">Namespace of objects that name none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<TemplateChanges> RunAsync(
        IReadOnlyList<ManifestFile> files, IReadOnlyList<ManifestFile> monitorFiles, IKubernetesClient? client, string defaultNamespace, CancellationToken cancellationToken)
    {
        var facts = await GatherAsync(files, monitorFiles, client, defaultNamespace, cancellationToken);
        var changes = new TemplateChanges();
        changes.Visit(files, defaultNamespace, (pod, namespaceName) => Decide(pod, namespaceName, facts));
        if (facts.FallbackMonitor is not null && changes.Results.Count > 0)
            _notes.Insert(0, $"no KafkaMonitor was given: pods that say {WellKnownNames.InjectAnnotation}: enabled get a monitor of defaults named {facts.FallbackMonitor.Name} (outbound port {WellKnownNames.KafkaPort}); --monitor FILE or --cluster names others");
        if (client is null && options.KubernetesMinor is null && changes.Results.Any(r => r.Outcome == InjectionOutcome.Injected || r.Text.Contains(SkipReason.JobWithoutNativeSidecar, StringComparison.Ordinal)))
            _notes.Add("neither --kubernetes-version nor --cluster was given: sidecars are ordinary containers, which every version runs; native ones need 1.29");
        return changes;
    }

    private async Task<InjectionFacts> GatherAsync(
        IReadOnlyList<ManifestFile> files, IReadOnlyList<ManifestFile> monitorFiles, IKubernetesClient? client, string defaultNamespace, CancellationToken cancellationToken)
    {
        var cluster = client is null ? null : new ClusterReader(client, options.OperatorNamespace);
        var installed = cluster is null ? null : await cluster.ReadOperatorAsync(cancellationToken);
        if (cluster is not null && installed is null)
            _notes.Add($"no Deployment {WellKnownNames.OperatorName} was found in namespace {options.OperatorNamespace}, or it may not be read: the sidecar's image, the namespaces to leave alone and the Pod Security level of those without a label are those of the flags");
        var facts = new InjectionFacts
        {
            DefaultNamespace = defaultNamespace,
            Defaults = Defaults(installed),
            Protected = new ProtectedNamespaces(options.OperatorNamespace, options.ProtectedNamespaces.Concat(installed?.ProtectedNamespaces ?? [])),
        };
        foreach (var file in monitorFiles)
        {
            if (ManifestFacts.Gather([file], facts) == 0)
                throw new ManifestException(file.Source, 0, 1, "the file holds no KafkaMonitor");
        }
        var given = ManifestFacts.Gather(files, facts) + monitorFiles.Count;
        if (cluster is not null)
            await cluster.GatherAsync(NamespacesOf(files, facts), facts, cancellationToken);
        else if (given == 0)
            facts.FallbackMonitor = new MonitorCandidate(defaultNamespace, "default", 0, "", new KafkaMonitorSpec());
        if (options.KubernetesMinor is { } minor)
            facts.Cluster = facts.Cluster with { NativeSidecars = minor >= NativeSidecarMinor };
        facts.Cluster = facts.Cluster with
        {
            DisabledBy = ClusterFacts.Switch(options.OperatorNamespace, facts.NamespaceOf(options.OperatorNamespace).Annotations),
            DefaultPodSecurity = options.DefaultPodSecurity ?? installed?.DefaultPodSecurity ?? PodSecurityLevel.Privileged,
        };
        return facts;
    }

    // Another image than the operator's would be outdated at once, and perhaps be in no registry that the nodes reach. Its pull secrets are
    // left out: a template that names any loses those of its service account.
    private SidecarDefaults Defaults(DeploymentFacts? installed)
    {
        var defaults = installed?.Defaults(ProductVersion.Text) ?? new SidecarDefaults(OperatorSettings.DefaultImage, "IfNotPresent", ProductVersion.Text);
        return new SidecarDefaults(options.Image ?? defaults.Image, options.ImagePullPolicy ?? defaults.ImagePullPolicy, defaults.Version);
    }

    private static SortedSet<string> NamespacesOf(IEnumerable<ManifestFile> files, InjectionFacts facts) => new(
        files.SelectMany(f => f.Documents)
            .Where(d => d.Content is not null)
            .SelectMany(d => KubernetesObject.In(d.Content!))
            .SelectMany(PodTemplate.In)
            .Select(t => t.Namespace ?? facts.DefaultNamespace)
            .Where(n => !facts.Protected.Contains(n)),
        StringComparer.Ordinal);

    private static (InjectionOutcome Outcome, string Text, IReadOnlyList<JsonPatchOperation> Patch) Decide(JsonObject pod, string namespaceName, InjectionFacts facts)
    {
        if (facts.Protected.Contains(namespaceName))
            return (InjectionOutcome.NotSelected, "not injected: pods of this namespace never are", []);
        InjectionDecision decision;
        try
        {
            decision = InjectionEngine.Decide(new InjectionRequest(pod, facts.NamespaceOf(namespaceName), facts.MonitorsOf(namespaceName), facts.Cluster, facts.Defaults) { IsTemplate = true });
        }
        catch (InjectionException error)
        {
            return (InjectionOutcome.NotSelected, $"not injected: {error.Message}", []);
        }
        var text = decision.Outcome switch
        {
            InjectionOutcome.Injected => $"injected by monitor {decision.Monitor}",
            InjectionOutcome.Unchanged => $"injected already by monitor {decision.Monitor}, nothing to change",
            InjectionOutcome.Skipped => $"not injected ({decision.Reason}): {decision.Explanation}",
            _ => $"not injected: {decision.Explanation}",
        };
        if (decision.Outcome is InjectionOutcome.Skipped or InjectionOutcome.NotSelected && Carries(pod))
            text += "; it keeps the sidecar of an earlier injection, which kafkamesh uninject takes out";

        // A template that is skipped stays as it is: the webhook marks the pods that are made of it.
        return (decision.Outcome, text, decision.Outcome == InjectionOutcome.Injected ? decision.Patch : []);
    }

    private static bool Carries(JsonObject pod) => InjectionEngine.Remove(pod).Any(o => o.Path.StartsWith("/spec/", StringComparison.Ordinal));
}
