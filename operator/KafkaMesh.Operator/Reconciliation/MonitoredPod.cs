using System.Text.Json;
using System.Text.Json.Serialization;
using KafkaMesh.Contracts;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Operator.Admission.Sidecar;
using KafkaMesh.Operator.Stats;

namespace KafkaMesh.Operator.Reconciliation;

/// <summary>The few fields of a pod that the controller keeps.</summary>
internal sealed record MonitoredPod : IKubernetesObject<V1ObjectMeta>
{
    // Thousands of pods have the same labels, owners and conditions: equal strings are read into one object.
    private static readonly ReconciliationJson Json = new(new JsonSerializerOptions(ReconciliationJson.Default.Options) { Converters = { NameCache.Shared } });

    private static readonly EqualObjects<IReadOnlyDictionary<string, string>> Texts = new(new EqualTexts());

    /// <summary>Registration of pods with these fields.</summary>
    public static EntityType<MonitoredPod> Type { get; } = EntityType.Create(new EntityMetadata("Pod", "v1", "", "pods"), Json.MonitoredPod);

    /// <inheritdoc/>
    public string? ApiVersion { get; init; }

    /// <inheritdoc/>
    public string? Kind { get; init; }

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get => field ?? V1ObjectMeta.Empty; init => field = Trim(value); } = V1ObjectMeta.Empty;

    /// <summary>spec of the pod.</summary>
    public MonitoredPodSpec? Spec { get; init; }

    /// <summary>status of the pod.</summary>
    public MonitoredPodStatus? Status { get; init; }

    /// <summary>Name of the pod.</summary>
    [JsonIgnore]
    public string Name => Metadata.Name ?? "";

    /// <summary>Uid of the pod.</summary>
    [JsonIgnore]
    public string Uid => Metadata.Uid ?? "";

    /// <summary>Monitor whose sidecar it carries; null when it carries none.</summary>
    [JsonIgnore]
    public string? InjectedBy => Injection is null ? null : Metadata.Labels?.GetValueOrDefault(WellKnownNames.MonitorLabel);

    /// <summary>What was injected; null when nothing was.</summary>
    [JsonIgnore]
    public InjectionStatus? Injection => field ??= InjectionStatus.Parse(Metadata.Annotations?.GetValueOrDefault(WellKnownNames.StatusAnnotation));

    /// <summary>Why it was not injected; null when nobody said.</summary>
    [JsonIgnore]
    public string? SkippedFor => Metadata.Labels?.GetValueOrDefault(WellKnownNames.SkippedLabel);

    /// <summary>The controller that makes another one when this pod goes; null for a pod of nobody.</summary>
    [JsonIgnore]
    public V1OwnerReference? Owner => Metadata.OwnerReferences?.FirstOrDefault(o => o.Controller == true);

    /// <summary><see cref="Owner"/>, for events.</summary>
    [JsonIgnore]
    public V1ObjectReference? OwnerReference => Owner is not { } owner
        ? null
        : new V1ObjectReference { ApiVersion = owner.ApiVersion, Kind = owner.Kind, Namespace = Metadata.NamespaceProperty, Name = owner.Name, Uid = owner.Uid };

    /// <summary>It serves and nobody has told it to go.</summary>
    [JsonIgnore]
    public bool IsReady => Metadata.DeletionTimestamp is null && Status?.Conditions?.Any(c => c is { Type: "Ready", Status: "True" }) == true;

    // Networks, autoscalers and GitOps tools write kilobytes into the annotations of every pod.
    private static V1ObjectMeta? Trim(V1ObjectMeta? metadata) => metadata is null ? null : metadata with
    {
        Labels = metadata.Labels is { } labels ? Texts.Share(labels) : null,
        Annotations = metadata.Annotations is { } annotations
            ? Texts.Share(annotations.Where(a => a.Key is WellKnownNames.InjectAnnotation or WellKnownNames.StatusAnnotation).ToDictionary(StringComparer.Ordinal))
            : null,
    };

    /// <summary>All its containers have ended for good.</summary>
    [JsonIgnore]
    public bool IsTerminal => Status?.Phase is "Succeeded" or "Failed";

    /// <summary>Its application has ended or is told to: the sidecar's final report must be fetched soon.</summary>
    [JsonIgnore]
    public bool IsDraining =>
        !IsTerminal
        && (Metadata.DeletionTimestamp is not null
            || (Status?.ContainerStatuses is { Count: > 0 } containers
                && containers.All(c => c.Name == WellKnownNames.ProxyContainer || c.State?.Terminated is not null)
                && containers.Any(c => c.Name != WellKnownNames.ProxyContainer)));
}
