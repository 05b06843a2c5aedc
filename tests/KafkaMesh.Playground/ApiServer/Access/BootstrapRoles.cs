using System.Text.Json.Nodes;

namespace KafkaMesh.Playground.ApiServer.Access;

/// <summary>The roles and bindings of a fresh cluster that matter here (k8s.io/kubernetes plugin/pkg/auth/authorizer/rbac/bootstrappolicy).</summary>
internal static class BootstrapRoles
{
    private const string ApiVersion = "rbac.authorization.k8s.io/v1";
    private const string Group = "rbac.authorization.k8s.io";

    private static readonly string[] Read = ["get", "list", "watch"];
    private static readonly string[] Write = ["create", "delete", "deletecollection", "patch", "update"];
    private static readonly string[] Health = ["/healthz", "/livez", "/readyz", "/version", "/version/"];
    private static readonly string[] Discovery = ["/api", "/api/*", "/apis", "/apis/*", "/healthz", "/livez", "/openapi", "/openapi/*", "/readyz", "/version", "/version/"];

    /// <summary>All objects, roles before bindings.</summary>
    public static IReadOnlyList<JsonObject> Create() =>
    [
        Role("cluster-admin", Resources(["*"], ["*"], ["*"]), Urls(["*"], ["*"])),
        Role("system:discovery", Urls(["get"], Discovery)),
        Role("system:public-info-viewer", Urls(["get"], Health)),
        Role("system:basic-user",
            Resources(["create"], ["authorization.k8s.io"], ["selfsubjectaccessreviews", "selfsubjectrulesreviews"]),
            Resources(["create"], ["authentication.k8s.io"], ["selfsubjectreviews"])),
        Role("system:service-account-issuer-discovery",
            Urls(["get"], ["/.well-known/openid-configuration", "/.well-known/openid-configuration/", "/openid/v1/jwks", "/openid/v1/jwks/"])),
        Role("system:auth-delegator",
            Resources(["create"], ["authentication.k8s.io"], ["tokenreviews"]),
            Resources(["create"], ["authorization.k8s.io"], ["subjectaccessreviews"])),
        Role("view", [.. Viewing()]),
        Role("edit", [.. Viewing(), .. Editing()]),
        Role("admin", [.. Viewing(), .. Editing(), .. Administering()]),
        Binding("cluster-admin", "cluster-admin", "system:masters"),
        Binding("system:discovery", "system:discovery", "system:authenticated"),
        Binding("system:public-info-viewer", "system:public-info-viewer", "system:authenticated", "system:unauthenticated"),
        Binding("system:basic-user", "system:basic-user", "system:authenticated"),
        Binding("system:service-account-issuer-discovery", "system:service-account-issuer-discovery", "system:serviceaccounts"),
    ];

    private static IEnumerable<JsonObject> Viewing()
    {
        yield return Resources(Read, [""], ["bindings", "configmaps", "endpoints", "events", "limitranges", "namespaces", "namespaces/status", "pods", "pods/log",
            "pods/status", "resourcequotas", "resourcequotas/status", "serviceaccounts", "services", "services/status"]);
        yield return Resources(Read, ["discovery.k8s.io"], ["endpointslices"]);
        yield return Resources(Read, ["apps"], ["deployments", "deployments/scale", "deployments/status", "replicasets", "replicasets/scale", "replicasets/status"]);
        yield return Resources(Read, ["batch"], ["jobs", "jobs/status"]);
    }

    private static IEnumerable<JsonObject> Editing()
    {
        yield return Resources(Read, [""], ["pods/exec", "pods/proxy", "secrets", "services/proxy"]);
        yield return Resources(["impersonate"], [""], ["serviceaccounts"]);
        yield return Resources(Write, [""], ["configmaps", "events", "pods", "pods/exec", "pods/proxy", "secrets", "serviceaccounts", "services", "services/proxy"]);
        yield return Resources(["create"], [""], ["serviceaccounts/token"]);
        yield return Resources(Write, ["apps"], ["deployments", "deployments/scale", "replicasets", "replicasets/scale"]);
        yield return Resources(Write, ["batch"], ["jobs"]);
        yield return Resources([.. Read, .. Write], ["coordination.k8s.io"], ["leases"]);
    }

    private static IEnumerable<JsonObject> Administering()
    {
        yield return Resources(["create"], ["authorization.k8s.io"], ["localsubjectaccessreviews"]);
        yield return Resources([.. Read, .. Write], [Group], ["rolebindings", "roles"]);
    }

    private static JsonObject Role(string name, params JsonObject[] rules) => new()
    {
        ["kind"] = "ClusterRole",
        ["apiVersion"] = ApiVersion,
        ["metadata"] = Metadata(name),
        ["rules"] = new JsonArray([.. rules.Select(r => (JsonNode)r)]),
    };

    private static JsonObject Binding(string name, string role, params string[] groups) => new()
    {
        ["kind"] = "ClusterRoleBinding",
        ["apiVersion"] = ApiVersion,
        ["metadata"] = Metadata(name),
        ["subjects"] = new JsonArray([.. groups.Select(g => (JsonNode)new JsonObject { ["kind"] = "Group", ["apiGroup"] = Group, ["name"] = g })]),
        ["roleRef"] = new JsonObject { ["apiGroup"] = Group, ["kind"] = "ClusterRole", ["name"] = role },
    };

    private static JsonObject Metadata(string name) => new()
    {
        ["name"] = name,
        ["labels"] = new JsonObject { ["kubernetes.io/bootstrapping"] = "rbac-defaults" },
        ["annotations"] = new JsonObject { ["rbac.authorization.kubernetes.io/autoupdate"] = "true" },
    };

    private static JsonObject Resources(string[] verbs, string[] groups, string[] resources)
        => new() { ["verbs"] = List(verbs), ["apiGroups"] = List(groups), ["resources"] = List(resources) };

    private static JsonObject Urls(string[] verbs, string[] urls) => new() { ["verbs"] = List(verbs), ["nonResourceURLs"] = List(urls) };

    private static JsonArray List(IEnumerable<string> values) => [.. values.Select(v => (JsonNode)v)];
}
