namespace KafkaMesh.Playground.ApiServer.Kinds;

/// <summary>
/// The built-in resource types that the playground serves, with the names, verbs and subresources of a real Kubernetes. A type that is not
/// in this list is not served at all: its URL answers 404 like that of an unknown type.
/// </summary>
internal static class BuiltInKinds
{
    private static readonly string[] AllVerbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];
    private static readonly string[] StatusVerbs = ["get", "patch", "update"];
    private static readonly string[] ProxyVerbs = ["create", "delete", "get", "patch", "update"];
    private static readonly string[] CreateOnly = ["create"];
    private static readonly string[] CreateGet = ["create", "get"];
    private static readonly string[] InAll = ["all"];

    private static readonly string[] EventFields =
    [
        "involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid", "involvedObject.apiVersion",
        "involvedObject.resourceVersion", "involvedObject.fieldPath", "reason", "reportingComponent", "source", "type",
    ];

    /// <summary>All kinds in the order of discovery.</summary>
    public static IReadOnlyList<ResourceKind> Create() => [.. Core(), .. Groups()];

    private static IEnumerable<ResourceKind> Core()
    {
        yield return Review("", "v1", "Binding", "bindings", namespaced: true);
        yield return Stored("", "v1", "ConfigMap", "configmaps", shortNames: ["cm"]);
        yield return Stored("", "v1", "Endpoints", "endpoints", singular: "endpoints", shortNames: ["ep"]);
        yield return Stored("", "v1", "Event", "events", shortNames: ["ev"]) with { SelectableFields = EventFields };
        yield return Stored("", "v1", "LimitRange", "limitranges", shortNames: ["limits"]);
        yield return Stored("", "v1", "Namespace", "namespaces", namespaced: false, shortNames: ["ns"]) with
        {
            Verbs = [.. AllVerbs.Where(v => v != "deletecollection")],
            Subresources = [new("finalize", "Namespace", ["update"]), Status("Namespace")],
            SelectableFields = ["status.phase"],
        };
        yield return Stored("", "v1", "Node", "nodes", namespaced: false, shortNames: ["no"]) with
        {
            Subresources = [Status("Node")],
            SelectableFields = ["spec.unschedulable"],
        };
        yield return Pods();
        yield return Stored("", "v1", "ResourceQuota", "resourcequotas", shortNames: ["quota"]) with { Subresources = [Status("ResourceQuota")] };
        yield return Stored("", "v1", "Secret", "secrets") with { SelectableFields = ["type"] };
        yield return Stored("", "v1", "ServiceAccount", "serviceaccounts", shortNames: ["sa"]) with
        {
            Subresources = [new("token", "TokenRequest", CreateOnly, "authentication.k8s.io", "v1")],
        };
        yield return Stored("", "v1", "Service", "services", shortNames: ["svc"]) with
        {
            Categories = InAll,
            Subresources = [new("proxy", "ServiceProxyOptions", ProxyVerbs), Status("Service")],
            SelectableFields = ["spec.clusterIP", "spec.type"],
        };
    }

    private static ResourceKind Pods() => Stored("", "v1", "Pod", "pods", shortNames: ["po"]) with
    {
        Categories = InAll,
        TracksGeneration = true,
        Subresources =
        [
            new("binding", "Binding", CreateOnly), new("eviction", "Eviction", CreateOnly, "policy", "v1"), new("exec", "PodExecOptions", CreateGet), new("log", "Pod", ["get"]),
            new("proxy", "PodProxyOptions", ProxyVerbs), Status("Pod"),
        ],
        SelectableFields =
        [
            "spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "spec.hostNetwork",
            "status.phase", "status.podIP", "status.podIPs", "status.nominatedNodeName",
        ],
    };

    private static IEnumerable<ResourceKind> Groups()
    {
        yield return Scalable("Deployment", "deployments", "deploy");
        yield return Scalable("ReplicaSet", "replicasets", "rs");
        yield return Stored("events.k8s.io", "v1", "Event", "events", shortNames: ["ev"]) with
        {
            Storage = "events",
            SelectableFields = ["regarding.kind", "regarding.namespace", "regarding.name", "regarding.uid", "reason", "reportingController", "type"],
        };
        yield return Review("authentication.k8s.io", "v1", "SelfSubjectReview", "selfsubjectreviews");
        yield return Review("authentication.k8s.io", "v1", "TokenReview", "tokenreviews");
        yield return Review("authorization.k8s.io", "v1", "LocalSubjectAccessReview", "localsubjectaccessreviews", namespaced: true);
        yield return Review("authorization.k8s.io", "v1", "SelfSubjectAccessReview", "selfsubjectaccessreviews");
        yield return Review("authorization.k8s.io", "v1", "SelfSubjectRulesReview", "selfsubjectrulesreviews");
        yield return Review("authorization.k8s.io", "v1", "SubjectAccessReview", "subjectaccessreviews");
        yield return Stored("batch", "v1", "Job", "jobs") with
        {
            Categories = InAll,
            TracksGeneration = true,
            Subresources = [Status("Job")],
            SelectableFields = ["status.successful"],
        };
        yield return Stored("policy", "v1", "PodDisruptionBudget", "poddisruptionbudgets", shortNames: ["pdb"]) with
        {
            TracksGeneration = true,
            Subresources = [Status("PodDisruptionBudget")],
        };
        yield return Stored("rbac.authorization.k8s.io", "v1", "ClusterRoleBinding", "clusterrolebindings", namespaced: false);
        yield return Stored("rbac.authorization.k8s.io", "v1", "ClusterRole", "clusterroles", namespaced: false);
        yield return Stored("rbac.authorization.k8s.io", "v1", "RoleBinding", "rolebindings");
        yield return Stored("rbac.authorization.k8s.io", "v1", "Role", "roles");
        yield return Stored("admissionregistration.k8s.io", "v1", "MutatingWebhookConfiguration", "mutatingwebhookconfigurations", namespaced: false) with
        {
            Categories = ["api-extensions"],
            TracksGeneration = true,
        };
        yield return Stored("apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions", namespaced: false, shortNames: ["crd", "crds"]) with
        {
            Categories = ["api-extensions"],
            TracksGeneration = true,
            AllowsUnconditionalUpdate = false,
            Subresources = [Status("CustomResourceDefinition")],
        };
        yield return Stored("scheduling.k8s.io", "v1", "PriorityClass", "priorityclasses", singular: "priorityclass", namespaced: false, shortNames: ["pc"]) with
        {
            TracksGeneration = true,
        };
        yield return Stored("coordination.k8s.io", "v1", "Lease", "leases") with { AllowsUnconditionalUpdate = false };
        yield return Stored("discovery.k8s.io", "v1", "EndpointSlice", "endpointslices") with { TracksGeneration = true };
    }

    private static ResourceKind Scalable(string kind, string plural, string shortName) => Stored("apps", "v1", kind, plural, shortNames: [shortName]) with
    {
        Categories = InAll,
        TracksGeneration = true,
        Subresources = [new("scale", "Scale", StatusVerbs, "autoscaling", "v1"), Status(kind)],
        SelectableFields = kind == "ReplicaSet" ? ["status.replicas"] : [],
    };

    private static ResourceKind Stored(
        string group, string version, string kind, string plural, bool namespaced = true, string? singular = null, string[]? shortNames = null) => new()
        {
            Group = group,
            Version = version,
            Kind = kind,
            Plural = plural,
            Singular = singular ?? kind.ToLowerInvariant(),
            Namespaced = namespaced,
            Verbs = AllVerbs,
            ShortNames = shortNames ?? [],
        };

    private static ResourceKind Review(string group, string version, string kind, string plural, bool namespaced = false) =>
        Stored(group, version, kind, plural, namespaced) with { Verbs = CreateOnly };

    private static SubresourceKind Status(string kind) => new("status", kind, StatusVerbs);
}
