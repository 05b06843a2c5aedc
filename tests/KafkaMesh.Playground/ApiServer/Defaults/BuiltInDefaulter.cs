using System.Text;
using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Rest;
using KafkaMesh.Playground.ApiServer.Schema;

namespace KafkaMesh.Playground.ApiServer.Defaults;

/// <summary>The defaults of built-in kinds; afterwards the object has the field order of its Go struct again.</summary>
internal sealed class BuiltInDefaulter(SchemaCatalog schemas) : IDefaulter
{
    private const string RbacGroup = "rbac.authorization.k8s.io";

    /// <inheritdoc/>
    public void Apply(WriteContext context, JsonObject obj)
    {
        if (context.Kind.IsCustom || (context.Subresource.Length > 0 && obj.Text("kind") != context.Kind.Kind))
        {
            return;
        }

        Apply(context.Kind.Kind, obj);
        new FieldChecker(schemas).Normalise(context.Kind, obj);
    }

    /// <summary>Adds the defaults of one kind in place.</summary>
    public static void Apply(string kind, JsonObject obj)
    {
        switch (kind)
        {
            case "Pod": PodDefaults.ApplyToPod(obj); break;
            case "Deployment": WorkloadDefaults.Deployment(obj); break;
            case "ReplicaSet": WorkloadDefaults.ReplicaSet(obj); break;
            case "StatefulSet": WorkloadDefaults.StatefulSet(obj); break;
            case "DaemonSet": WorkloadDefaults.DaemonSet(obj); break;
            case "Job": WorkloadDefaults.Job(obj); break;
            case "Service": Service(obj); break;
            case "Secret": Secret(obj); break;
            case "Namespace": Namespace(obj); break;
            case "Endpoints": Endpoints(obj); break;
            case "EndpointSlice": Ports(obj.Items("ports")); break;
            case "RoleBinding" or "ClusterRoleBinding": Binding(obj); break;
            case "MutatingWebhookConfiguration": Webhooks(obj); break;
            case "TokenRequest": obj.MapOrNew("spec").Default("expirationSeconds", 3600); break;
        }
    }

    private static void Service(JsonObject obj)
    {
        var spec = obj.MapOrNew("spec");
        spec.Default("sessionAffinity", "None");
        spec.Default("type", "ClusterIP");
        foreach (var port in spec.Items("ports"))
        {
            port.Default("protocol", "TCP");
            if (port["targetPort"] is null || port.Integer("targetPort") == 0 || (port["targetPort"] is JsonValue value && value.TryGetValue<string>(out var text) && text.Length == 0))
            {
                port["targetPort"] = port["port"]?.DeepClone();
            }
        }

        var type = spec.Text("type");
        if (type is "ClusterIP" or "NodePort" or "LoadBalancer")
        {
            spec.Default("internalTrafficPolicy", "Cluster");
        }

        if (type is "NodePort" or "LoadBalancer")
        {
            spec.Default("externalTrafficPolicy", "Cluster");
        }

        if (type == "LoadBalancer")
        {
            spec.Default("allocateLoadBalancerNodePorts", true);
        }

        if (spec.Text("sessionAffinity") == "ClientIP")
        {
            spec.MapOrNew("sessionAffinityConfig").MapOrNew("clientIP").Default("timeoutSeconds", 10800);
        }
    }

    private static void Secret(JsonObject obj)
    {
        obj.Default("type", "Opaque");
        if (obj.Text("type").Length == 0)
        {
            obj["type"] = "Opaque";
        }

        if (obj.Map("stringData") is not { } texts)
        {
            return;
        }

        var data = obj.MapOrNew("data");
        foreach (var (name, value) in texts)
        {
            data[name] = Convert.ToBase64String(Encoding.UTF8.GetBytes(value?.ToString() ?? ""));
        }

        obj.Remove("stringData");
    }

    private static void Namespace(JsonObject obj)
    {
        var metadata = obj.MapOrNew("metadata");
        if (metadata.Text("name") is { Length: > 0 } name)
        {
            metadata.MapOrNew("labels")["kubernetes.io/metadata.name"] = name;
        }
    }

    private static void Endpoints(JsonObject obj)
    {
        foreach (var subset in obj.Items("subsets"))
        {
            Ports(subset.Items("ports"));
        }
    }

    private static void Ports(IEnumerable<JsonObject> ports)
    {
        foreach (var port in ports)
        {
            port.Default("protocol", "TCP");
        }
    }

    private static void Binding(JsonObject obj)
    {
        var role = obj.MapOrNew("roleRef");
        if (role.Text("apiGroup").Length == 0)
        {
            role["apiGroup"] = RbacGroup;
        }

        foreach (var subject in obj.Items("subjects").Where(s => s.Text("apiGroup").Length == 0 && s.Text("kind") is "User" or "Group"))
        {
            subject["apiGroup"] = RbacGroup;
        }
    }

    private static void Webhooks(JsonObject obj)
    {
        foreach (var webhook in obj.Items("webhooks"))
        {
            webhook.Default("failurePolicy", "Fail");
            webhook.Default("matchPolicy", "Equivalent");
            webhook.Default("namespaceSelector", new JsonObject());
            webhook.Default("objectSelector", new JsonObject());
            webhook.Default("timeoutSeconds", 10);
            webhook.Default("reinvocationPolicy", "Never");
            webhook.Map("clientConfig").Map("service")?.Default("port", 443);
            foreach (var rule in webhook.Items("rules"))
            {
                rule.Default("scope", "*");
            }
        }
    }
}
