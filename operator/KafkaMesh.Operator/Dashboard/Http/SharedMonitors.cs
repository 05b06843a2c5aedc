using System.Text.Json;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Operator.Dashboard.Figures;
using KafkaMesh.Operator.Dashboard.Views;

namespace KafkaMesh.Operator.Dashboard.Http;

/// <summary>
/// The JSON that many readers get, written once: at most once a second however many there are, and not for those who have it. Bounded: one list
/// and what was asked for within the last second of <see cref="MaxMonitors"/> monitors and <see cref="MaxBytes"/>, as the event streams show them.
/// </summary>
internal sealed class SharedMonitors(MonitorAnswers answers, FigureStore figures, TimeProvider time)
{
    private const int MaxMonitors = 256;
    private const int MaxBytes = 32 * 1024 * 1024;
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(1);

    private readonly Lock _writing = new();
    private readonly Dictionary<NamespacedName, (Task<Written?> Json, long At)> _monitors = [];
    private Written? _list;
    private long _writings;

    /// <summary>How often something was written.</summary>
    public long Writings => Interlocked.Read(ref _writings);

    /// <summary>Monitors that are kept.</summary>
    public int Kept
    {
        get
        {
            lock (_writing)
                return _monitors.Count;
        }
    }

    /// <summary>All monitors.</summary>
    /// <param name="has">Tag of what the reader has: without anything new its JSON is not written.</param>
    public Written List(string? has = null)
    {
        lock (_writing)
        {
            if (_list is { } known && time.GetElapsedTime(known.At) < MaxAge)
                return known;
            var version = figures.Version;
            var tag = $"{version}-{answers.CountStale(_ => true)}";
            if (tag == has)
                return new Written(version, tag, [], time.GetTimestamp());
            Interlocked.Increment(ref _writings);
            return _list = new Written(version, tag, JsonSerializer.SerializeToUtf8Bytes(answers.List(_ => true), DashboardJson.Default.MonitorListView), time.GetTimestamp());
        }
    }

    /// <summary>One monitor as the event streams show it, for a reader who has an earlier state; null when it does not exist.</summary>
    /// <param name="key">The monitor.</param>
    /// <param name="has">Tag of what the reader has: when that is all there is, the JSON is empty, for nothing was written.</param>
    public async Task<Written?> NewsAsync(NamespacedName key, string has)
    {
        var seen = figures.Version;
        var version = answers.Find(key)?.Version ?? 0;
        return answers.Summary(key) is { } summary && Tag(version, summary) == has
            ? new Written(seen, has, [], time.GetTimestamp())
            : await MonitorAsync(key);
    }

    /// <summary>One monitor with <see cref="MonitorAnswers.DefaultLimit"/>; null when it does not exist. Readers who ask at the same time wait for one writing.</summary>
    public Task<Written?> MonitorAsync(NamespacedName key)
    {
        lock (_writing)
        {
            var isKnown = _monitors.TryGetValue(key, out var known) && time.GetElapsedTime(known.At) < MaxAge;
            if (isKnown && answers.Exists(key) && known.Json is not { IsCompletedSuccessfully: true, Result: null })
                return known.Json;
            foreach (var old in _monitors.Where(m => time.GetElapsedTime(m.Value.At) >= MaxAge).Select(m => m.Key).ToList())
                _monitors.Remove(old);
            if (_monitors.Count >= MaxMonitors)
                _monitors.Clear();

            // Not under the lock: a large monitor must not keep others waiting.
            var json = Task.Run(() =>
            {
                var written = Write(key, MonitorAnswers.DefaultLimit);
                KeepWithinBytes(key);
                return written;
            });
            _monitors[key] = (json, time.GetTimestamp());
            return json;
        }
    }

    /// <summary>One monitor, written for one reader and not kept: callers could name ten thousand limits.</summary>
    /// <param name="key">The monitor.</param>
    /// <param name="limit">Topics, groups, clients and pods in it.</param>
    public Written? Write(NamespacedName key, int limit)
    {
        var seen = figures.Version;
        var version = answers.Find(key)?.Version ?? 0;
        if (answers.Monitor(key, limit) is not { } view)
            return null;
        Interlocked.Increment(ref _writings);
        return new Written(seen, Tag(version, view), JsonSerializer.SerializeToUtf8Bytes(view, DashboardJson.Default.MonitorView), time.GetTimestamp());
    }

    // Whoever waits for one that is let go still gets it.
    private void KeepWithinBytes(NamespacedName newest)
    {
        lock (_writing)
        {
            if (_monitors.Values.Sum(m => m.Json is { IsCompletedSuccessfully: true, Result: { } written } ? (long)written.Json.Length : 0) <= MaxBytes)
                return;
            foreach (var other in _monitors.Keys.Where(k => k != newest).ToList())
                _monitors.Remove(other);
        }
    }

    private static string Tag(long version, MonitorSummaryView view) => $"{version}-{view.Stale}-{view.Conditions.Count}-{view.Health}";

    /// <summary>Finished JSON.</summary>
    /// <param name="Version">Version of all figures when it was written: it may hold nothing newer.</param>
    /// <param name="Tag">What it depends on beside the time.</param>
    /// <param name="Json">The text.</param>
    /// <param name="At">When it was written.</param>
    internal sealed record Written(long Version, string Tag, byte[] Json, long At);
}
