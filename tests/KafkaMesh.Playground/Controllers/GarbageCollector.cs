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
            while (await timer.WaitForNextTickAsync(cancellationToken)) await CollectAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Serilog.Log.Debug("The garbage collector stops");
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
            if (orphaned && !obj.IsBeingDeleted()) await DeleteAsync(obj, waitedFor, cancellationToken);
        }
        foreach (var owner in foreground.Values.Where(o => !blocked.Contains(o.Uid()))) await ReleaseAsync(owner, cancellationToken);
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
