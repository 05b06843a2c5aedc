using System.Collections.Concurrent;
using KafkaMesh.Kubernetes.Entities;
using Serilog;

namespace KafkaMesh.Operator.Dashboard.Figures;

/// <summary>The latest figures of every monitor, and a signal when they change.</summary>
/// <param name="log">The log.</param>
/// <param name="uidOf">Uid of a monitor as it is now, or null when there is none: figures of one that is gone are not kept. Without it all are.</param>
internal sealed class FigureStore(ILogger log, Func<NamespacedName, string?>? uidOf = null)
{
    private readonly ConcurrentDictionary<NamespacedName, (MonitorHistory History, MonitorFigures Figures)> _monitors = new();
    private TaskCompletionSource _changed = NewSignal();
    private long _version;

    /// <summary>Grows with every change.</summary>
    public long Version => Volatile.Read(ref _version);

    /// <summary>Completes at the next change: read it before what it is about.</summary>
    public Task Changed => Volatile.Read(ref _changed).Task;

    /// <summary>Takes what a collection brought. One caller per monitor at a time; a defect here must not stop collecting.</summary>
    public void Take(CollectionRound round)
    {
        try
        {
            var isKnown = _monitors.TryGetValue(round.Key, out var known) && known.Figures.Round.Uid == round.Uid;
            var history = isKnown ? known.History : new MonitorHistory();
            history.Take(round, _monitors.Count);
            var silent = LastReports(round, isKnown ? known.Figures : null);
            var taken = (history, new MonitorFigures(round, history, history.Samples, history.Groups, silent, Interlocked.Increment(ref _version)));
            _monitors[round.Key] = taken;

            // A collection that was under way when its monitor went comes after Forget. Looked at behind the write: either it sees that the
            // monitor is gone, or Forget is still to come.
            if (uidOf is not null && uidOf(round.Key) != round.Uid)
                _monitors.TryRemove(KeyValuePair.Create(round.Key, taken));
            Signal();
        }
        catch (Exception error)
        {
            log.Error(error, "the figures of {Namespace}/{Monitor} cannot be shown", round.Key.Namespace, round.Key.Name);
        }
    }

    /// <summary>Something else changed: a monitor came or went.</summary>
    public void Note()
    {
        Interlocked.Increment(ref _version);
        Signal();
    }

    /// <summary>Forgets a monitor that is gone.</summary>
    public void Forget(NamespacedName key)
    {
        _monitors.TryRemove(key, out _);
        Note();
    }

    /// <summary>Figures of a monitor; null when it was not collected yet.</summary>
    public MonitorFigures? Find(NamespacedName key) => _monitors.TryGetValue(key, out var known) ? known.Figures : null;

    private static Dictionary<string, DateTimeOffset> LastReports(CollectionRound round, MonitorFigures? before)
    {
        var result = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        foreach (var uid in round.Sidecars.Select(s => s.PodUid).Where(uid => !round.Reporting.Contains(uid)))
        {
            if (before?.Round.Reporting.Contains(uid) == true)
                result[uid] = before.Round.Time;
            else if (before?.LastReports.TryGetValue(uid, out var time) == true)
                result[uid] = time;
        }
        return result;
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Signal() => Interlocked.Exchange(ref _changed, NewSignal()).SetResult();
}
