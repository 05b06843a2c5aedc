using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Rest;
using KafkaMesh.Playground.Node;

namespace KafkaMesh.Playground.Controllers;

/// <summary>Gives every namespace its default ServiceAccount and the cluster's CA, and empties a namespace that is being deleted before it goes.</summary>
internal sealed class NamespaceController(IClusterClient client, Func<IEnumerable<(string ApiVersion, string Kind)>> namespacedKinds, string caCertificate, TimeProvider time)
    : Controller(client, time)
{
    private static readonly TimeSpan Recheck = TimeSpan.FromMilliseconds(200);

    protected override IEnumerable<(string ApiVersion, string Kind, Func<JsonObject, IEnumerable<ObjectName>> Names)> Sources =>
    [
        ("v1", "Namespace", Itself),
        ("v1", "ServiceAccount", account => [new ObjectName("", account.Namespace())]),
        ("v1", "ConfigMap", map => map.Name() == "kube-root-ca.crt" ? [new ObjectName("", map.Namespace())] : []),
    ];

    protected override async Task ReconcileAsync(ObjectName name, CancellationToken cancellationToken)
    {
        if (Client.Get("v1", "Namespace", "", name.Name) is not { } space) return;
        if (space.IsBeingDeleted()) await EmptyAsync(space, cancellationToken);
        else await FurnishAsync(name.Name, cancellationToken);
    }

    private async Task FurnishAsync(string space, CancellationToken cancellationToken)
    {
        if (Client.Get("v1", "ServiceAccount", space, "default") is null)
        {
            await Client.CreateAsync(New("ServiceAccount", space, "default"), cancellationToken);
        }
        if (Client.Get("v1", "ConfigMap", space, "kube-root-ca.crt") is null)
        {
            var map = New("ConfigMap", space, "kube-root-ca.crt");
            map["data"] = new JsonObject { ["ca.crt"] = caCertificate };
            await Client.CreateAsync(map, cancellationToken);
        }
    }

    private async Task EmptyAsync(JsonObject space, CancellationToken cancellationToken)
    {
        var left = 0;
        foreach (var (apiVersion, kind) in namespacedKinds())
        {
            foreach (var obj in Client.List(apiVersion, kind, space.Name()))
            {
                left++;
                if (!obj.IsBeingDeleted()) await Client.DeleteAsync(apiVersion, kind, space.Name(), obj.Name(), new DeleteRequest { PropagationPolicy = "Background" }, cancellationToken);
            }
        }
        if (left > 0)
        {
            EnqueueAfter(new ObjectName("", space.Name()), Recheck, cancellationToken);
            return;
        }
        await Client.ModifyAsync("v1", "Namespace", "", space.Name(), "finalize", current =>
        {
            current["spec"] = new JsonObject { ["finalizers"] = new JsonArray() };
            return true;
        }, cancellationToken);
    }

    private static JsonObject New(string kind, string space, string name) =>
        new() { ["apiVersion"] = "v1", ["kind"] = kind, ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = space } };
}
