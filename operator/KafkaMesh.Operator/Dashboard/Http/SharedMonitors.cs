using System.Text.Json;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Operator.Dashboard.Figures;
using KafkaMesh.Operator.Dashboard.Views;

namespace KafkaMesh.Operator.Dashboard.Http;

/// <summary>
/// The JSON that many readers get, written once: at most once a second however many there are. Bounded: one list, and
/// <see cref="MaxMonitors"/> monitors.
/// </summary>
internal sealed class SharedMonitors(MonitorAnswers answers, FigureStore figures, TimeProvider time)
{
    private const int MaxMonitors = 256;
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(1);

    private readonly Lock _writing = new();
    private readonly Dictionary<(NamespacedName Key, int Limit), Written> _monitors = [];
    private Written? _list;

    /// <summary>All monitors.</summary>
    public Written List()
    {
        lock (_writing)
        {
            if (_list is { } known && time.GetElapsedTime(known.At) < MaxAge)
                return known;
            var version = figures.Version;
            var tag = $"{version}-{answers.CountStale(_ => true)}";
            return _list = new Written(version, tag, JsonSerializer.SerializeToUtf8Bytes(answers.List(_ => true), DashboardJson.Default.MonitorListView), time.GetTimestamp());
        }
    }

    /// <summary>One monitor; null when it does not exist.</summary>
    public Written? Monitor(NamespacedName key, int limit)
    {
        lock (_writing)
        {
            if (_monitors.TryGetValue((key, limit), out var known) && time.GetElapsedTime(known.At) < MaxAge && answers.Exists(key))
                return known;
            _monitors.Remove((key, limit));
        }

        // Not under the lock: a large monitor must not keep others waiting. Two may write the same at once.
        var seen = figures.Version;
        var version = answers.Find(key)?.Version ?? 0;
        if (answers.Monitor(key, limit) is not { } view)
            return null;
        var written = new Written(
            seen,
            $"{version}-{view.Stale}-{view.Conditions.Count}-{view.Health}",
            JsonSerializer.SerializeToUtf8Bytes(view, DashboardJson.Default.MonitorView),
            time.GetTimestamp());
        lock (_writing)
        {
            if (_monitors.Count >= MaxMonitors)
                _monitors.Clear();
            _monitors[(key, limit)] = written;
        }
        return written;
    }

    /// <summary>Finished JSON.</summary>
    /// <param name="Version">Version of all figures when it was written: it may hold nothing newer.</param>
    /// <param name="Tag">What it depends on beside the time.</param>
    /// <param name="Json">The text.</param>
    /// <param name="At">When it was written.</param>
    internal sealed record Written(long Version, string Tag, byte[] Json, long At);
}
