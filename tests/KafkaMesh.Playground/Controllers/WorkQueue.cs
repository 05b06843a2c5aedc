using System.Threading.Channels;

namespace KafkaMesh.Playground.Controllers;

/// <summary>Names to reconcile: each is in the queue once, and one that failed comes back after a pause that doubles.</summary>
internal sealed class WorkQueue(TimeProvider time)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);
    private readonly Channel<ObjectName> channel = Channel.CreateUnbounded<ObjectName>(); // bounded by the number of objects: see waiting
    private readonly HashSet<ObjectName> waiting = [];
    private readonly Dictionary<ObjectName, int> failures = [];
    private readonly Lock gate = new();

    public void Add(ObjectName name)
    {
        lock (gate)
        {
            if (waiting.Add(name)) channel.Writer.TryWrite(name);
        }
    }

    public void AddAfter(ObjectName name, TimeSpan pause, CancellationToken cancellationToken) =>
        _ = Task.Delay(pause, time, cancellationToken).ContinueWith(_ => Add(name), cancellationToken, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);

    public async Task<ObjectName> TakeAsync(CancellationToken cancellationToken)
    {
        var name = await channel.Reader.ReadAsync(cancellationToken);
        lock (gate) waiting.Remove(name);
        return name;
    }

    public void Succeeded(ObjectName name)
    {
        lock (gate) failures.Remove(name);
    }

    public void Failed(ObjectName name, CancellationToken cancellationToken)
    {
        int count;
        lock (gate) failures[name] = count = Math.Min(failures.GetValueOrDefault(name) + 1, 16);
        AddAfter(name, TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, FirstPause.Ticks << (count - 1))), cancellationToken);
    }
}
