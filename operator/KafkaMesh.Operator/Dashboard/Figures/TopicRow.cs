using KafkaMesh.Contracts.Stats;
using KafkaMesh.Operator.Dashboard.Views;
using KafkaMesh.Operator.Stats;

namespace KafkaMesh.Operator.Dashboard.Figures;

/// <summary>One topic while a round is added up.</summary>
internal sealed class TopicRow(string name)
{
    /// <summary>Pods that are listed; the busiest.</summary>
    private const int MaxPods = 50;

    private readonly List<PodShareView> _pods = [];
    private int _morePods;

    /// <summary>Records fetched and produced, bytes fetched and produced, in total.</summary>
    public TopicCount Total { get; private set; }

    /// <summary>The same per second; null while nothing is known.</summary>
    public (double RecordsIn, double RecordsOut, double BytesIn, double BytesOut)? Rate { get; private set; }

    /// <summary>Adds to the totals.</summary>
    public void Add(TopicStats topic) => Total = Total.Plus(topic, 1);

    /// <summary>Raises the totals to what the status shows.</summary>
    public void Raise(Contracts.Monitors.TopicStatus shown) => Total = new TopicCount(
        Math.Max(Total.RecordsIn, shown.RecordsIn), Math.Max(Total.RecordsOut, shown.RecordsOut), Math.Max(Total.BytesIn, shown.BytesIn), Math.Max(Total.BytesOut, shown.BytesOut));

    /// <summary>Zeros are known.</summary>
    public void Note() => Rate ??= default((double, double, double, double));

    /// <summary>Adds what one sidecar counted in its last interval.</summary>
    public void AddRate(TopicCount change, double seconds)
    {
        var rate = Rate ?? default;
        Rate = (
            rate.RecordsIn + (Math.Max(0, change.RecordsIn) / seconds),
            rate.RecordsOut + (Math.Max(0, change.RecordsOut) / seconds),
            rate.BytesIn + (Math.Max(0, change.BytesIn) / seconds),
            rate.BytesOut + (Math.Max(0, change.BytesOut) / seconds));
    }

    /// <summary>Adds the share of a pod; the least busy one makes room.</summary>
    public void AddPod(string pod, TopicCount count)
    {
        var share = new PodShareView(pod, count.RecordsIn, count.RecordsOut, count.BytesIn, count.BytesOut);
        if (_pods.Count < MaxPods)
        {
            _pods.Add(share);
            return;
        }
        _morePods++;
        var least = _pods.MinBy(BytesOf)!;
        if (BytesOf(share) > BytesOf(least))
            _pods[_pods.IndexOf(least)] = share;
    }

    /// <summary>As it is answered.</summary>
    public TopicView ToView() => new(
        name,
        Total.RecordsIn,
        Total.RecordsOut,
        Total.BytesIn,
        Total.BytesOut,
        Rate?.RecordsIn,
        Rate?.RecordsOut,
        Rate?.BytesIn,
        Rate?.BytesOut,
        [.. _pods.OrderByDescending(BytesOf).ThenBy(p => p.Pod, StringComparer.Ordinal)],
        _morePods);

    private static long BytesOf(PodShareView share) => SaturatingSum.Add(share.BytesIn, share.BytesOut);
}
