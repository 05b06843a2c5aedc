using System.Collections;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace KafkaMesh.Operator.Admission.Monitors;

/// <summary>
/// Monitors of one namespace. Which of them select a pod is found by the pod's labels, so that an admission does not look at every monitor:
/// there may be a thousand.
/// </summary>
[CollectionBuilder(typeof(MonitorSet), nameof(Of))]
internal sealed class MonitorSet(ImmutableArray<MonitorCandidate> monitors) : IReadOnlyList<MonitorCandidate>
{
    // Made at the first question: while the cache fills, every monitor makes another set.
    private Index? _index;

    /// <inheritdoc/>
    public int Count => monitors.Length;

    /// <inheritdoc/>
    public MonitorCandidate this[int index] => monitors[index];

    /// <summary>The set of these monitors.</summary>
    public static MonitorSet Of(ReadOnlySpan<MonitorCandidate> monitors) => new([.. monitors]);

    /// <summary>The set with a monitor in the place of the one of the same name.</summary>
    public MonitorSet With(MonitorCandidate monitor) => new(Others(monitor.Name).Add(monitor));

    /// <summary>The set without the monitor of this name.</summary>
    public MonitorSet Without(string name) => new(Others(name));

    /// <summary>Monitors whose selector matches the labels, oldest first.</summary>
    public List<MonitorCandidate> Selecting(IReadOnlyDictionary<string, string> labels) => (_index ??= new Index(monitors)).Selecting(labels);

    /// <inheritdoc/>
    public IEnumerator<MonitorCandidate> GetEnumerator() => monitors.AsEnumerable().GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private ImmutableArray<MonitorCandidate> Others(string name) => monitors.RemoveAll(m => m.Name == name);

    /// <summary>Monitors by one label that they demand; those that demand none are looked at each time.</summary>
    private sealed class Index
    {
        private readonly Dictionary<(string Key, string Value), List<MonitorCandidate>> _byLabel = [];
        private readonly List<MonitorCandidate> _others = [];

        public Index(ImmutableArray<MonitorCandidate> monitors)
        {
            foreach (var monitor in monitors)
            {
                var demanded = (monitor.Spec.Selector.MatchLabels ?? ImmutableDictionary<string, string>.Empty).Select(l => (l.Key, l.Value)).ToList();
                if (demanded.Count == 0)
                    _others.Add(monitor);
                else
                    (CollectionsMarshal.GetValueRefOrAddDefault(_byLabel, demanded[0], out _) ??= []).Add(monitor);
            }
        }

        public List<MonitorCandidate> Selecting(IReadOnlyDictionary<string, string> labels)
        {
            var selecting = new List<MonitorCandidate>();
            AddMatching(selecting, _others, labels);
            foreach (var (key, value) in labels)
            {
                if (_byLabel.TryGetValue((key, value), out var demanding))
                    AddMatching(selecting, demanding, labels);
            }
            selecting.Sort(MonitorCandidate.CompareByAge);
            return selecting;
        }

        private static void AddMatching(List<MonitorCandidate> selecting, List<MonitorCandidate> monitors, IReadOnlyDictionary<string, string> labels)
        {
            foreach (var monitor in monitors)
            {
                if (LabelMatcher.Matches(monitor.Spec.Selector, labels))
                    selecting.Add(monitor);
            }
        }
    }
}
