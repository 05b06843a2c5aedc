using KafkaMesh.Contracts.Stats;
using KafkaMesh.Operator.Dashboard.Views;
using KafkaMesh.Operator.Stats;

namespace KafkaMesh.Operator.Dashboard.Figures;

/// <summary>The rates of a round: over all, by API, by pod, and of errors.</summary>
internal sealed class TrafficFigures
{
    private readonly Dictionary<int, TrafficView> _apis;
    private readonly Dictionary<string, TrafficView> _pods = new(StringComparer.Ordinal);
    private readonly Dictionary<(int ApiKey, int Code), double> _errors = [];

    /// <summary>Measures the sidecars that answered the last collection; the others have no present rate.</summary>
    public TrafficFigures(CollectionRound round)
    {
        var all = new TrafficSum();
        var apis = new Dictionary<int, TrafficSum>();
        foreach (var sidecar in round.Sidecars.Where(s => round.Reporting.Contains(s.PodUid)))
            Add(sidecar.Unpack(), all, apis);
        All = all.ToView();
        _apis = apis.ToDictionary(api => api.Key, api => api.Value.ToView());
    }

    /// <summary>Over all APIs and pods.</summary>
    public TrafficView All { get; }

    /// <summary>Rates of one API; known to be 0 when somebody reports and nobody used it.</summary>
    public TrafficView OfApi(int apiKey)
    {
        if (_apis.TryGetValue(apiKey, out var known))
            return known;
        return All.RequestsPerSecond is null ? TrafficSum.Unknown : new TrafficView(0, null, null, null, null, 0, 0, 0);
    }

    /// <summary>Rates of one pod.</summary>
    public TrafficView OfPod(string uid) => _pods.GetValueOrDefault(uid) ?? TrafficSum.Unknown;

    /// <summary>Occurrences of an error per second; null while nothing is known.</summary>
    public double? OfError(int apiKey, int code) => All.RequestsPerSecond is null ? null : _errors.GetValueOrDefault((apiKey, code));

    private void Add(SidecarFigures sidecar, TrafficSum all, Dictionary<int, TrafficSum> apis)
    {
        var seconds = sidecar.Seconds;
        if (seconds <= 0)
            return;
        all.Note();
        var pod = new TrafficSum();
        pod.Note();
        var before = (sidecar.Previous?.Apis ?? []).ToLookup(a => (a.Direction, a.ApiKey));
        foreach (var api in sidecar.Report.Apis)
        {
            var previous = before[(api.Direction, api.ApiKey)].FirstOrDefault();
            if (!apis.TryGetValue(api.ApiKey, out var sum))
                apis[api.ApiKey] = sum = new TrafficSum();
            foreach (var each in (ReadOnlySpan<TrafficSum>)[all, sum, pod])
                each.Add(api, previous, seconds);
            AddErrors(api, previous, seconds);
        }
        _pods[sidecar.PodUid] = pod.ToView();
    }

    private void AddErrors(ApiStats api, ApiStats? previous, double seconds)
    {
        foreach (var error in api.Errors)
        {
            var count = error.Count - (previous?.Errors.FirstOrDefault(e => e.Code == error.Code)?.Count ?? 0);
            var key = (api.ApiKey, error.Code);
            _errors[key] = _errors.GetValueOrDefault(key) + (Math.Max(0, count) / seconds);
        }
    }
}
