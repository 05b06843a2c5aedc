using System.Text.Json.Nodes;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Tests.Infrastructure;

namespace KafkaMesh.Operator.Tests.Reconciliation;

/// <summary>An API server that knows owners of pods, and refuses or knows nothing of others.</summary>
internal sealed class OwnerServer : IAsyncDisposable
{
    private readonly Dictionary<string, JsonObject> _objects = [];
    private FaultyApiServer _server = null!;

    /// <summary>A client of it.</summary>
    public KubernetesClient Client { get; private set; } = null!;

    /// <summary>What it was asked.</summary>
    public IReadOnlyList<ReceivedRequest> Requests => _server.Requests;

    /// <summary>Status of every answer; null: as it should be.</summary>
    public int? Failure { get; set; }

    /// <summary>Starts it.</summary>
    public static async Task<OwnerServer> StartAsync()
    {
        var owners = new OwnerServer();
        owners._server = await FaultyApiServer.StartAsync((request, context) =>
            owners.Failure is { } code ? Answers.StatusAsync(context, code, "Failure", "a test says so")
            : owners._objects.TryGetValue(request.Path, out var found) ? Answers.JsonAsync(context, 200, found.DeepClone())
            : Answers.StatusAsync(context, 404, "NotFound", "there is none"));
        owners.Client = new KubernetesClient(owners._server.Configuration());
        return owners;
    }

    /// <summary>Lets it know an object that something controls, or nothing.</summary>
    public void Add(string path, string uid, string? apiVersion = null, string? kind = null, string? name = null)
    {
        var metadata = new JsonObject { ["name"] = path[(path.LastIndexOf('/') + 1)..], ["namespace"] = "demo", ["uid"] = uid };
        if (kind is not null)
        {
            metadata["ownerReferences"] = new JsonArray(
                new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Other", ["name"] = "other", ["uid"] = "0" },
                new JsonObject { ["apiVersion"] = apiVersion, ["kind"] = kind, ["name"] = name, ["uid"] = name + "-uid", ["controller"] = true });
        }
        _objects[path] = new JsonObject { ["apiVersion"] = "meta.k8s.io/v1", ["kind"] = "PartialObjectMetadata", ["metadata"] = metadata };
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _server.DisposeAsync();
    }
}
