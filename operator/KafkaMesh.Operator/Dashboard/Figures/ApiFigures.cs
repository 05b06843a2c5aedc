using KafkaMesh.Contracts.Monitors;
using KafkaMesh.Contracts.Stats;
using KafkaMesh.Operator.Dashboard.Views;
using KafkaMesh.Operator.Stats;

namespace KafkaMesh.Operator.Dashboard.Figures;

/// <summary>APIs and errors of a round, with the totals of the status.</summary>
internal static class ApiFigures
{
    /// <summary>All APIs, by key.</summary>
    public static IReadOnlyList<ApiView> Apis(CollectionRound round, StatsSum totals, TrafficFigures traffic)
    {
        var shown = (round.Status.ApiKeys ?? []).ToLookup(a => a.ApiKey);
        var known = totals.Apis.Select(a => a.ApiKey).ToHashSet();
        var waiting = Waiting(round);
        return
        [
            .. totals.Apis.Select(a => View(a, shown[a.ApiKey].FirstOrDefault(), waiting, traffic))
                .Concat(shown.Where(s => !known.Contains(s.Key)).Select(s => Shown(s.First(), traffic)))
                .OrderBy(a => a.ApiKey),
        ];
    }

    /// <summary>All errors, most frequent first.</summary>
    public static IReadOnlyList<ErrorView> Errors(CollectionRound round, StatsSum totals, TrafficFigures traffic)
    {
        var shown = (round.Status.Errors ?? []).ToLookup(e => (e.ApiKey, e.Error));
        return
        [
            .. totals.Apis.SelectMany(a => a.Errors.Where(e => e.Count > 0).Select(e => new ErrorView(
                    a.ApiKey, a.Name, e.Error, Math.Max(e.Count, shown[(a.ApiKey, e.Error)].FirstOrDefault()?.Count ?? 0), traffic.OfError(a.ApiKey, e.Code))))
                .OrderByDescending(e => e.Count).ThenBy(e => e.ApiKey).ThenBy(e => e.Error, StringComparer.Ordinal),
        ];
    }

    // Totals never go backwards: what the status showed before a change of leader stays until it is passed.
    private static ApiView View(ApiSum api, ApiKeyStatus? shown, Dictionary<int, (long Unanswered, long InFlight)> waiting, TrafficFigures traffic)
    {
        var (unanswered, inFlight) = waiting.GetValueOrDefault(api.ApiKey);
        return new ApiView(
            api.ApiKey,
            api.Name,
            [.. api.Versions.Where(v => v.Value > 0).Select(v => new VersionView(v.Key, v.Value))],
            Math.Max(api.Requests, shown?.Requests ?? 0),
            Math.Max(api.Responses, shown?.Responses ?? 0),
            Math.Max(api.ResponsesWithError, shown?.Errors ?? 0),
            Math.Max(api.RequestBytes, shown?.RequestBytes ?? 0),
            Math.Max(api.ResponseBytes, shown?.ResponseBytes ?? 0),
            api.ThrottleMilliseconds,
            unanswered,
            inFlight,
            Percentiles(api.Latency),
            traffic.OfApi(api.ApiKey));
    }

    // An API of the status that the ledger has lost.
    private static ApiView Shown(ApiKeyStatus api, TrafficFigures traffic) => new(
        api.ApiKey, api.Name ?? "", [], api.Requests, api.Responses, api.Errors, api.RequestBytes, api.ResponseBytes, 0, 0, 0,
        api.LatencyMilliseconds is { } latency ? new PercentilesView(latency.P50, latency.P95, latency.P99) : null,
        traffic.OfApi(api.ApiKey));

    private static PercentilesView? Percentiles(LatencyHistogram latency) => latency.PercentileMilliseconds(0.5) is { } p50
        ? new PercentilesView(p50, latency.PercentileMilliseconds(0.95) ?? p50, latency.PercentileMilliseconds(0.99) ?? p50)
        : null;

    private static Dictionary<int, (long Unanswered, long InFlight)> Waiting(CollectionRound round)
    {
        var result = new Dictionary<int, (long Unanswered, long InFlight)>();
        foreach (var sidecar in round.Sidecars)
        {
            var isReporting = round.Reporting.Contains(sidecar.PodUid);
            foreach (var api in sidecar.Unpack().Report.Apis)
            {
                var (unanswered, inFlight) = result.GetValueOrDefault(api.ApiKey);
                result[api.ApiKey] = (SaturatingSum.Add(unanswered, SaturatingSum.Of(api.Unanswered, u => u.Count)), inFlight + (isReporting ? api.InFlight : 0));
            }
        }
        return result;
    }
}
