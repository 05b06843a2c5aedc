using KafkaMesh.Proxy.Metrics;
using Serilog;

namespace KafkaMesh.Proxy.Otlp;

/// <summary>
/// Pushes all metrics at intervals, from the thread pool: never from a loop. There is one request at a time, which holds the figures of when it was due and is
/// tried again with growing pauses until the next is due. That one supersedes it, as figures are cumulative; so nothing queues up.
/// </summary>
internal sealed class OtlpExporter : IAsyncDisposable
{
    private static readonly TimeSpan s_firstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(30);

    // The pod is on its way out: the last push has little time.
    private static readonly TimeSpan s_lastTimeout = TimeSpan.FromSeconds(2);

    private readonly OtlpSettings _settings;
    private readonly IMetricSource _source;
    private readonly SidecarIdentity _identity;
    private readonly OtlpCounters _counters;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly OtlpClient _client;
    private readonly DateTimeOffset _start;
    private readonly long _startedAt;
    private readonly List<KeyValuePair<string, string>> _resource;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private TimeSpan _notBefore;
    private bool _isFailing;

    /// <summary>Starts to push.</summary>
    /// <param name="settings">Where and how.</param>
    /// <param name="source">What.</param>
    /// <param name="identity">Names the resource.</param>
    /// <param name="counters">Counts results.</param>
    /// <param name="time">Intervals and pauses.</param>
    /// <param name="log">Is told when pushing begins to fail and when it works again, not of every push.</param>
    public OtlpExporter(OtlpSettings settings, IMetricSource source, SidecarIdentity identity, OtlpCounters counters, TimeProvider time, ILogger log)
    {
        _settings = settings;
        _source = source;
        _identity = identity;
        _counters = counters;
        _time = time;
        _log = log;
        _client = new OtlpClient(settings, time);
        _start = time.GetUtcNow();
        _startedAt = time.GetTimestamp();
        _resource = Resource();
        log.Information("OTLP: pushing metrics to {Endpoint} every {Seconds} s", Shown(settings.Endpoint), settings.Interval.TotalSeconds);
        _running = Task.Run(() => RunAsync(_stop.Token));
    }

    // Times are counted from the start, by the clock that nobody sets; UTC is for the points alone.
    private TimeSpan Now => _time.GetElapsedTime(_startedAt);

    /// <summary>Ends; pushes a last time if that takes no longer than 2 s.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        if (Now >= _notBefore)
            await PushLastAsync();
        _client.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync(CancellationToken stop)
    {
        try
        {
            for (var due = _settings.Interval; ; due = NextAfter(due))
            {
                await WaitUntilAsync(due, stop);
                await PushAsync(Encode(), due + _settings.Interval, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The end.
        }
        catch (Exception error)
        {
            // A defect here costs the pushes, nothing else.
            _log.Error(error, "OTLP: pushing metrics has ended");
        }
    }

    private async Task PushLastAsync()
    {
        using var deadline = new CancellationTokenSource(s_lastTimeout, _time);
        try
        {
            await PushOnceAsync(Encode(), deadline.Token);
        }
        catch (OperationCanceledException)
        {
            _log.Warning("OTLP: the last push to {Endpoint} had no answer within {Seconds} s", Shown(_settings.Endpoint), s_lastTimeout.TotalSeconds);
        }
        catch (Exception error)
        {
            _log.Error(error, "OTLP: the last push failed");
        }
    }

    private TimeSpan NextAfter(TimeSpan due)
    {
        for (due += _settings.Interval; due <= Now || due < _notBefore; due += _settings.Interval)
            _counters.Count(OtlpResult.Skipped);
        return due;
    }

    private async Task PushAsync(ReadOnlyMemory<byte> body, TimeSpan until, CancellationToken stop)
    {
        for (var pause = s_firstPause; ; pause = pause * 2 < s_longestPause ? pause * 2 : s_longestPause)
        {
            var answer = await PushOnceAsync(body, stop);
            if (!answer.MayRetry)
                return;
            var again = Now + (answer.RetryAfter ?? (pause * (0.5 + Random.Shared.NextDouble())));
            if (again >= until)
            {
                _notBefore = answer.RetryAfter is null ? _notBefore : again;
                _counters.Count(OtlpResult.Failed);
                return;
            }

            await WaitUntilAsync(again, stop);
        }
    }

    private async Task<OtlpAnswer> PushOnceAsync(ReadOnlyMemory<byte> body, CancellationToken stop)
    {
        var answer = await _client.PostAsync(body, stop);
        if (answer.Failure is null)
        {
            _counters.Count(answer.Rejected > 0 ? OtlpResult.Partial : OtlpResult.Success);
            if (answer.Rejected > 0 && !_isFailing)
                _log.Warning("OTLP: {Endpoint} refused {Points} points: {Message}", Shown(_settings.Endpoint), answer.Rejected, answer.Message);
            else if (_isFailing && answer.Rejected == 0)
                _log.Information("OTLP: pushing metrics to {Endpoint} works again", Shown(_settings.Endpoint));
            _isFailing = answer.Rejected > 0;
            return answer;
        }

        if (!answer.MayRetry)
            _counters.Count(OtlpResult.Failed);
        if (!_isFailing)
            _log.Warning("OTLP: pushing metrics to {Endpoint} fails ({Failure:l}); trying on", Shown(_settings.Endpoint), answer.Failure);
        _isFailing = true;
        return answer;
    }

    private ReadOnlyMemory<byte> Encode()
    {
        var output = new ProtobufWriter();
        var request = new OtlpRequest(output, _resource, _identity.ProxyVersion, _start, _time.GetUtcNow());
        _source.WriteMetrics(request);
        request.End();
        return output.Written;
    }

    private List<KeyValuePair<string, string>> Resource()
    {
        var attributes = new List<KeyValuePair<string, string>>(_settings.Resource);
        Add("service.name", "kafkamesh-proxy");
        Add("service.version", _identity.ProxyVersion);
        Add("service.instance.id", _identity.InstanceId);
        Add("k8s.pod.name", _identity.Pod);
        Add("k8s.namespace.name", _identity.Namespace);
        return attributes;

        void Add(string key, string? value)
        {
            if (value is not null && attributes.TrueForAll(attribute => attribute.Key != key))
                attributes.Add(new(key, value));
        }
    }

    private async Task WaitUntilAsync(TimeSpan until, CancellationToken stop)
    {
        var left = until - Now;
        if (left > TimeSpan.Zero)
            await Task.Delay(left, _time, stop);
    }

    // Without user and password, query and fragment.
    private static string Shown(Uri endpoint) => endpoint.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
}
