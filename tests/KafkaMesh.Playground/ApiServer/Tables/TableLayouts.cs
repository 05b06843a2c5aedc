using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Kinds;

namespace KafkaMesh.Playground.ApiServer.Tables;

/// <summary>Finds the table layout of a kind: its definition's columns for custom kinds, the real server's columns for built-in ones.</summary>
internal static class TableLayouts
{
    private static readonly TableLayout Generic = new(
        [TableLayout.Name, new("Created At", "date", "Time of creation.")],
        static (obj, _) => [TableLayout.NameOf(obj), obj["metadata"]?["creationTimestamp"]?.DeepClone()]);

    private static readonly Dictionary<string, TableLayout> BuiltIn = new()
    {
        ["pods"] = PodTable.Layout,
        ["deployments.apps"] = WorkloadTables.Deployments,
        ["replicasets.apps"] = WorkloadTables.ReplicaSets,
        ["jobs.batch"] = WorkloadTables.Jobs,
        ["namespaces"] = ClusterTables.Namespaces,
        ["nodes"] = ClusterTables.Nodes,
        ["services"] = ClusterTables.Services,
        ["endpoints"] = ClusterTables.Endpoints,
        ["endpointslices.discovery.k8s.io"] = ClusterTables.EndpointSlices,
        ["events"] = ClusterTables.Events,
        ["events.events.k8s.io"] = ClusterTables.Events,
        ["configmaps"] = Simple(("Data", "string", obj => CountOf(obj["data"]) + CountOf(obj["binaryData"]))),
        ["secrets"] = Simple(("Type", "string", obj => obj["type"]?.ToString() ?? ""), ("Data", "string", obj => CountOf(obj["data"]))),
        ["serviceaccounts"] = Simple(("Secrets", "string", obj => (obj["secrets"] as JsonArray)?.Count ?? 0)),
        ["leases.coordination.k8s.io"] = Simple(("Holder", "string", obj => obj["spec"]?["holderIdentity"]?.ToString() ?? "")),
        ["mutatingwebhookconfigurations.admissionregistration.k8s.io"] = Simple(("Webhooks", "integer", obj => (obj["webhooks"] as JsonArray)?.Count ?? 0)),
        ["rolebindings.rbac.authorization.k8s.io"] = Bindings(),
        ["clusterrolebindings.rbac.authorization.k8s.io"] = Bindings(),
        ["priorityclasses.scheduling.k8s.io"] = Simple(
            ("Value", "integer", obj => obj["value"]?.DeepClone()), ("Global-Default", "boolean", obj => obj["globalDefault"]?.DeepClone() ?? false)),
        ["poddisruptionbudgets.policy"] = Simple(
            ("Min Available", "string", obj => obj["spec"]?["minAvailable"]?.ToString() ?? "N/A"),
            ("Max Unavailable", "string", obj => obj["spec"]?["maxUnavailable"]?.ToString() ?? "N/A"),
            ("Allowed Disruptions", "integer", obj => obj["status"]?["disruptionsAllowed"]?.DeepClone() ?? 0)),
    };

    /// <summary>The layout of a kind.</summary>
    public static TableLayout For(ResourceKind kind) =>
        kind.IsCustom ? CustomResourceTable.LayoutOf(kind) : BuiltIn.GetValueOrDefault(kind.GroupResource, Generic);

    private static TableLayout Simple(params (string Name, string Type, Func<JsonObject, JsonNode?> Cell)[] columns) => new(
        [TableLayout.Name, .. columns.Select(c => new TableColumn(c.Name, c.Type, $"{c.Name} of the object.")), TableLayout.Age],
        (obj, now) => [TableLayout.NameOf(obj), .. columns.Select(c => c.Cell(obj)), TableLayout.AgeOf(obj, now)]);

    private static TableLayout Bindings() => new(
        [
            TableLayout.Name, new("Role", "string", "The role that is granted."), TableLayout.Age, new("Users", "string", "Users of the binding.", 1),
            new("Groups", "string", "Groups of the binding.", 1), new("ServiceAccounts", "string", "Service accounts of the binding.", 1),
        ],
        static (obj, now) =>
        [
            TableLayout.NameOf(obj), $"{obj["roleRef"]?["kind"]}/{obj["roleRef"]?["name"]}", TableLayout.AgeOf(obj, now),
            Subjects(obj, "User"), Subjects(obj, "Group"), Subjects(obj, "ServiceAccount"),
        ]);

    private static string Subjects(JsonObject binding, string kind) => string.Join(
        ", ",
        (binding["subjects"] as JsonArray ?? []).OfType<JsonObject>().Where(s => s["kind"]?.ToString() == kind)
            .Select(s => kind == "ServiceAccount" ? $"{s["namespace"]}/{s["name"]}" : s["name"]?.ToString()));

    private static int CountOf(JsonNode? map) => (map as JsonObject)?.Count ?? 0;
}
