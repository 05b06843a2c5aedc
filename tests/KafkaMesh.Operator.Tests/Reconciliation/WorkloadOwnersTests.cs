using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Operator.Reconciliation;
using Serilog;

namespace KafkaMesh.Operator.Tests.Reconciliation;

public sealed class WorkloadOwnersTests : IAsyncLifetime
{
    private OwnerServer _server = null!;
    private WorkloadOwners _owners = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await OwnerServer.StartAsync();
        _owners = new WorkloadOwners(_server.Client, new LoggerConfiguration().CreateLogger());
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("apps/v1", "ReplicaSet", "/apis/apps/v1/namespaces/demo/replicasets/o", "apps/v1", "Deployment")]
    [InlineData("apps/v1", "ReplicaSet", "/apis/apps/v1/namespaces/demo/replicasets/o", "argoproj.io/v1alpha1", "Rollout")]
    [InlineData("batch/v1", "Job", "/apis/batch/v1/namespaces/demo/jobs/o", "batch/v1", "CronJob")]
    public async Task Find_SomethingBehindTheOwner_IsTheOneWithItsUid(string apiVersion, string kind, string path, string behindVersion, string behindKind)
    {
        _server.Add(path, "o-uid", behindVersion, behindKind, "orders");

        var behind = await FindAsync(apiVersion, kind);

        Assert.Equal((behindVersion, behindKind, "demo", "orders", "orders-uid"), (behind!.ApiVersion, behind.Kind, behind.Namespace, behind.Name, behind.Uid));
        Assert.StartsWith("application/json;as=PartialObjectMetadata", _server.Requests.Single().Headers["Accept"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Find_OwnerOfNobody_IsNothing()
    {
        _server.Add("/apis/apps/v1/namespaces/demo/replicasets/o", "o-uid");

        Assert.Null(await FindAsync("apps/v1", "ReplicaSet"));
    }

    // One of the same name that was made since is not the pod's.
    [Fact]
    public async Task Find_OwnerOfAnotherUid_IsNothing()
    {
        _server.Add("/apis/apps/v1/namespaces/demo/replicasets/o", "later", "apps/v1", "Deployment", "orders");

        Assert.Null(await FindAsync("apps/v1", "ReplicaSet"));
    }

    [Theory]
    [InlineData(403)]
    [InlineData(404)]
    public async Task Find_OwnerThatCannotBeRead_IsNothing(int code)
    {
        _server.Failure = code;

        Assert.Null(await FindAsync("batch/v1", "Job"));
    }

    [Theory]
    [InlineData("apps/v1", "StatefulSet")]
    [InlineData("apps/v1", "DaemonSet")]
    [InlineData("example.com/v1", "ReplicaSet")]
    [InlineData("core.strimzi.io/v1beta2", "StrimziPodSet")]
    public async Task Find_OwnerThatPeopleMake_AsksNobody(string apiVersion, string kind)
    {
        Assert.Null(await FindAsync(apiVersion, kind));
        Assert.Empty(_server.Requests);
    }

    private Task<V1ObjectReference?> FindAsync(string apiVersion, string kind) =>
        _owners.FindAsync(new V1ObjectReference { ApiVersion = apiVersion, Kind = kind, Namespace = "demo", Name = "o", Uid = "o-uid" }, CancellationToken.None);
}
