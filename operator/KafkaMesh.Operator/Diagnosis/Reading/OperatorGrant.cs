namespace KafkaMesh.Operator.Diagnosis.Reading;

/// <summary>One thing that the operator must be allowed to do.</summary>
/// <param name="Verb">get, list, watch, create, update, patch.</param>
/// <param name="Group">API group.</param>
/// <param name="Resource">Resource, with <c>/subresource</c>.</param>
/// <param name="Name">The one object that it is about; empty: any.</param>
/// <param name="OwnNamespace">Only in the operator's namespace.</param>
internal sealed record OperatorGrant(string Verb, string Group, string Resource, string Name = "", bool OwnNamespace = false)
{
    /// <summary>All of them: what config/rbac grants; a test compares.</summary>
    public static IReadOnlyList<OperatorGrant> All { get; } =
    [
        new("list", "kafkamesh.io", "kafkamonitors"),
        new("watch", "kafkamesh.io", "kafkamonitors"),
        new("patch", "kafkamesh.io", "kafkamonitors/status"),
        new("get", "", "namespaces"),
        new("list", "", "namespaces"),
        new("watch", "", "namespaces"),
        new("list", "", "limitranges"),
        new("watch", "", "limitranges"),
        new("list", "", "pods"),
        new("watch", "", "pods"),
        new("create", "", "pods/eviction"),
        new("list", "", "nodes"),
        new("create", "", "events"),
        new("patch", "", "events"),
        new("get", "apps", "replicasets"),
        new("get", "batch", "jobs"),
        new("get", "", "configmaps"),
        new("create", "", "configmaps"),
        new("patch", "", "configmaps"),
        new("get", "admissionregistration.k8s.io", "mutatingwebhookconfigurations", "kafkamesh-injector"),
        new("create", "admissionregistration.k8s.io", "mutatingwebhookconfigurations", "kafkamesh-injector"),
        new("patch", "admissionregistration.k8s.io", "mutatingwebhookconfigurations", "kafkamesh-injector"),
        new("create", "authentication.k8s.io", "tokenreviews"),
        new("create", "authorization.k8s.io", "subjectaccessreviews"),
        new("create", "", "secrets", OwnNamespace: true),
        new("get", "", "secrets", "kafkamesh-webhook-ca", OwnNamespace: true),
        new("update", "", "secrets", "kafkamesh-webhook-ca", OwnNamespace: true),
        new("create", "coordination.k8s.io", "leases", OwnNamespace: true),
        new("get", "coordination.k8s.io", "leases", "kafkamesh-operator", OwnNamespace: true),
        new("update", "coordination.k8s.io", "leases", "kafkamesh-operator", OwnNamespace: true),
    ];

    /// <summary>In words: <c>list pods</c>.</summary>
    public override string ToString() => $"{Verb} {Resource}{(Group.Length == 0 ? "" : "." + Group)}{(Name.Length == 0 ? "" : " " + Name)}";
}
