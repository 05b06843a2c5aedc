using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Rest;
using KafkaMesh.Playground.Node;

namespace KafkaMesh.Playground.Controllers;

/// <summary>Deletes objects whose owners are all gone, and lets an owner in foreground deletion go once nothing blocks it any more.</summary>
internal sealed class GarbageCollector(IClusterClient client, Func<IEnumerable<(string ApiVersion, string Kind)>> kinds, TimeProvider time)
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(250);

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken)) await TryCollectAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Serilog.Log.Debug("The garbage collector stops");
        }
    }

    /// <summary>One pass; what failed (a kind that went between its name and its list, for instance) is left to the next one.</summary>
    private async Task TryCollectAsync(CancellationToken cancellationToken)
    {
        try
        {
            await CollectAsync(cancellationToken);
        }
        catch (ApiException e)
        {
            Serilog.Log.Debug("Garbage collector: the pass is made again: {Error}", e.Message);
        }
    }

    /// <summary>One pass over all objects.</summary>
    internal async Task CollectAsync(CancellationToken cancellationToken)
    {
        var all = kinds().SelectMany(k => client.List(k.ApiVersion, k.Kind)).ToList();
        var living = all.Select(obj => obj.Uid()).ToHashSet(StringComparer.Ordinal);
        var blocked = new HashSet<string>(StringComparer.Ordinal);
        var foreground = all.Where(obj => obj.Texts("metadata", "finalizers").Contains("foregroundDeletion")).ToDictionary(obj => obj.Uid());
        foreach (var obj in all)
        {
            var owners = obj.Objects("metadata", "ownerReferences");
            if (owners.Count == 0) continue;
            blocked.UnionWith(owners.Select(o => o.Text("uid") ?? ""));
            var waitedFor = owners.Any(o => foreground.ContainsKey(o.Text("uid") ?? ""));
            var orphaned = owners.All(o => !living.Contains(o.Text("uid") ?? "") || foreground.ContainsKey(o.Text("uid") ?? ""));
            if (orphaned && !obj.IsBeingDeleted() && IsStillOrphaned(obj, foreground.Keys)) await DeleteAsync(obj, waitedFor, cancellationToken);
        }
        foreach (var owner in foreground.Values.Where(o => !blocked.Contains(o.Uid()))) await ReleaseAsync(owner, cancellationToken);
    }

    /// <summary>
    /// Looks at the object and its owners as they are now: the kinds were listed one after the other, so an owner made between two lists is in none.
    /// Kubernetes' collector makes the same live look before it takes an owner for absent. An owner whose kind is gone is gone with it.
    /// </summary>
    private bool IsStillOrphaned(JsonObject listed, IReadOnlyCollection<string> foreground) =>
        client.Get(listed.Text("apiVersion")!, listed.Text("kind")!, listed.Namespace(), listed.Name()) is { } obj && obj.Uid() == listed.Uid()
        && obj.Objects("metadata", "ownerReferences") is { Count: > 0 } owners
        && owners.All(owner => foreground.Contains(owner.Text("uid") ?? "") || !Exists(owner, obj.Namespace()));

    private bool Exists(JsonObject owner, string @namespace)
    {
        try
        {
            return client.Get(owner.Text("apiVersion") ?? "", owner.Text("kind") ?? "", @namespace, owner.Text("name") ?? "")?.Uid() == owner.Text("uid");
        }
        catch (ApiException e) when (e.Code == 404)
        {
            return false;
        }
    }

    private async Task DeleteAsync(JsonObject obj, bool inForeground, CancellationToken cancellationToken)
    {
        var request = new DeleteRequest { PreconditionUid = obj.Uid(), PropagationPolicy = inForeground && obj.Text("kind") != "Pod" ? "Foreground" : "Background" };
        try
        {
            await client.DeleteAsync(obj.Text("apiVersion")!, obj.Text("kind")!, obj.Namespace(), obj.Name(), request, cancellationToken);
        }
        catch (ApiException e)
        {
            Serilog.Log.Debug("Garbage collector: {Kind} {Name} is tried again: {Error}", obj.Text("kind"), obj.Name(), e.Message);
        }
    }

    private Task ReleaseAsync(JsonObject owner, CancellationToken cancellationToken) =>
        client.ModifyAsync(owner.Text("apiVersion")!, owner.Text("kind")!, owner.Namespace(), owner.Name(), "", current =>
        {
            if (current.At("metadata", "finalizers") is not JsonArray finalizers) return false;
            foreach (var finalizer in finalizers.Where(f => f.Text() == "foregroundDeletion").ToList()) finalizers.Remove(finalizer);
            return true;
        }, cancellationToken);
}
