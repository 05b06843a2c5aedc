using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Rest;
using KafkaMesh.Playground.Node;
using Serilog;

namespace KafkaMesh.Playground.Controllers;

/// <summary>The frame of every controller: watches lead to names, names are reconciled one at a time, failures come back later.</summary>
internal abstract class Controller(IClusterClient client, TimeProvider time)
{
    private readonly WorkQueue queue = new(time);

    protected IClusterClient Client { get; } = client;

    protected TimeProvider Time { get; } = time;

    /// <summary>What to watch, and which names an object of it leads to.</summary>
    protected abstract IEnumerable<(string ApiVersion, string Kind, Func<JsonObject, IEnumerable<ObjectName>> Names)> Sources { get; }

    /// <summary>Brings one object to the state that it asks for; called again whenever something that it depends on changed.</summary>
    protected abstract Task ReconcileAsync(ObjectName name, CancellationToken cancellationToken);

    /// <summary>Runs until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) =>
        Task.WhenAll([WorkAsync(cancellationToken), .. Sources.Select(source => WatchAsync(source.ApiVersion, source.Kind, source.Names, cancellationToken))]);

    protected void Enqueue(ObjectName name) => queue.Add(name);

    protected void EnqueueAfter(ObjectName name, TimeSpan pause, CancellationToken cancellationToken) => queue.AddAfter(name, pause, cancellationToken);

    /// <summary>The name of an object itself.</summary>
    protected static IEnumerable<ObjectName> Itself(JsonObject obj) => [new ObjectName(obj.Namespace(), obj.Name())];

    /// <summary>The name of the object's controlling owner, when it is of the given kind.</summary>
    protected static IEnumerable<ObjectName> Owner(JsonObject obj, string kind) => obj.Objects("metadata", "ownerReferences")
        .Where(owner => owner.Flag("controller") == true && owner.Text("kind") == kind).Select(owner => new ObjectName(obj.Namespace(), owner.Text("name") ?? ""));

    private async Task WatchAsync(string apiVersion, string kind, Func<JsonObject, IEnumerable<ObjectName>> names, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var change in Client.WatchAsync(apiVersion, kind, null, cancellationToken))
            {
                if (change.Object is not { } obj) continue;
                foreach (var name in names(obj)) queue.Add(name);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Log.Debug("{Controller} stops watching {Kind}", GetType().Name, kind);
        }
    }

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await WorkOnceAsync(await queue.TakeAsync(cancellationToken), cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task WorkOnceAsync(ObjectName name, CancellationToken cancellationToken)
    {
        try
        {
            await ReconcileAsync(name, cancellationToken);
            queue.Succeeded(name);
        }
        catch (ApiException e)
        {
            Log.Debug("{Controller}: {Namespace}/{Name} is tried again: {Error}", GetType().Name, name.Namespace, name.Name, e.Message);
            queue.Failed(name, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Log.Error(e, "{Controller}: {Namespace}/{Name} is tried again", GetType().Name, name.Namespace, name.Name);
            queue.Failed(name, cancellationToken);
        }
    }
}
