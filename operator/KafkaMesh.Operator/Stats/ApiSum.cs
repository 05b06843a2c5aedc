using KafkaMesh.Contracts.Stats;

namespace KafkaMesh.Operator.Stats;

/// <summary>Sums of one API key over directions, sidecars and time.</summary>
internal sealed class ApiSum(int apiKey)
{
    /// <summary>Result of a Fetch that waited and found nothing: its latency is the client's wish, not the broker's work.</summary>
    public const string EmptyResult = "empty";
    private const int MaxErrors = 256;

    private readonly Dictionary<int, (string Name, long Count)> _errors = [];
    private readonly SortedDictionary<int, long> _versions = [];

    /// <summary>Kafka's API key.</summary>
    public int ApiKey { get; } = apiKey;

    /// <summary>Kafka's name of it.</summary>
    public string Name { get; private set; } = "";

    /// <summary>Requests.</summary>
    public long Requests { get; private set; }

    /// <summary>Responses.</summary>
    public long Responses { get; private set; }

    /// <summary>Responses with an error code.</summary>
    public long ResponsesWithError { get; private set; }

    /// <summary>Bytes of requests.</summary>
    public long RequestBytes { get; private set; }

    /// <summary>Bytes of responses.</summary>
    public long ResponseBytes { get; private set; }

    /// <summary>Throttle time, milliseconds.</summary>
    public long ThrottleMilliseconds { get; private set; }

    /// <summary>Latency without empty long polls.</summary>
    public LatencyHistogram Latency { get; } = new();

    /// <summary>Occurrences by error code.</summary>
    public IEnumerable<ErrorCount> Errors => _errors.Select(e => new ErrorCount(e.Key, e.Value.Name, e.Value.Count));

    /// <summary>Requests by version, ascending.</summary>
    public IReadOnlyDictionary<int, long> Versions => _versions;

    /// <summary>Adds a sidecar's figures, or with sign −1 takes them away.</summary>
    public void Add(ApiStats stats, int sign)
    {
        Name = stats.Api;
        Requests = SaturatingSum.Add(Requests, sign * stats.Requests);
        Responses = SaturatingSum.Add(Responses, sign * stats.Responses);
        ResponsesWithError = SaturatingSum.Add(ResponsesWithError, sign * stats.ResponsesWithError);
        RequestBytes = SaturatingSum.Add(RequestBytes, sign * stats.RequestBytes);
        ResponseBytes = SaturatingSum.Add(ResponseBytes, sign * stats.ResponseBytes);
        ThrottleMilliseconds = SaturatingSum.Add(ThrottleMilliseconds, sign * stats.ThrottleMilliseconds);
        foreach (var latency in stats.Latency)
        {
            if (latency.Result != EmptyResult)
                Latency.Add(latency.Histogram, sign);
        }
        foreach (var error in stats.Errors)
            AddError(error, sign);
        foreach (var version in stats.Versions)
        {
            if (version.Version >= 0 && (_versions.ContainsKey(version.Version) || _versions.Count < MaxErrors))
                _versions[version.Version] = SaturatingSum.Add(_versions.GetValueOrDefault(version.Version), sign * version.Requests);
        }
    }

    /// <summary>The sums in the form of a report.</summary>
    public ApiStats ToReport() => new()
    {
        ApiKey = ApiKey,
        Api = Name,
        Requests = Requests,
        Responses = Responses,
        ResponsesWithError = ResponsesWithError,
        RequestBytes = RequestBytes,
        ResponseBytes = ResponseBytes,
        ThrottleMilliseconds = ThrottleMilliseconds,
        Versions = [.. _versions.Select(v => new VersionCount(v.Key, v.Value))],
        Errors = [.. Errors],
        Latency = Latency.Count > 0 ? [new LatencyStats("all", Latency.ToReport())] : [],
    };

    private void AddError(ErrorCount error, int sign)
    {
        if (_errors.TryGetValue(error.Code, out var known))
            _errors[error.Code] = (known.Name, SaturatingSum.Add(known.Count, sign * error.Count));
        else if (_errors.Count < MaxErrors)
            _errors[error.Code] = (error.Error, sign * error.Count);
    }
}
