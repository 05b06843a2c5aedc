namespace KafkaMesh.Proxy.Metrics;

/// <summary>Cells of one API key in one direction on one loop: written by that loop's thread only, read by any.</summary>
/// <param name="loop">The loop's other counters.</param>
/// <param name="place">Place of the direction and API key among all of them.</param>
internal sealed class ApiMetrics(LoopMetrics loop, int place)
{
    /// <summary>Versions 0 to this − 1 have a cell each (Kafka's highest is 18); all others share one.</summary>
    public const int Versions = 32;

    private readonly bool _isOther = place % ApiSlots.Count == ApiSlots.OtherSlot;
    private readonly long[] _requests = new long[Versions + 1];
    private readonly long[] _unanswered = new long[MetricLabels.UnansweredReasons];
    private readonly LatencyHistogram?[] _latency = new LatencyHistogram?[3];
    private long[]? _errors;
    private long _responses;
    private long _responsesWithError;
    private long _requestBytes;
    private long _responseBytes;
    private long _throttleMilliseconds;
    private long _withoutResponse;
    private long _inFlight;

    /// <summary>One request was relayed whole.</summary>
    /// <param name="version">Its API version, any int16.</param>
    /// <param name="size">Its size without length prefix.</param>
    public void CountRequest(int version, long size)
    {
        var cell = (uint)version < Versions ? version : Versions;
        if (_requests[cell] == 0 && cell != Versions && !loop.Series.Versions.Admit((place * Versions) + cell))
            cell = Versions;
        if (cell == Versions || _isOther)
            loop.CountDropped(SeriesMetric.Requests);
        Cell.Add(ref _requests[cell], 1);
        Cell.Add(ref _requestBytes, size);
    }

    /// <summary>One response was relayed whole.</summary>
    public void CountResponse(long size, bool hasError, long throttleMilliseconds)
    {
        Cell.Add(ref _responses, 1);
        Cell.Add(ref _responseBytes, size);
        if (hasError)
            Cell.Add(ref _responsesWithError, 1);
        if (throttleMilliseconds > 0)
            Cell.Add(ref _throttleMilliseconds, throttleMilliseconds);
    }

    /// <summary>Time from request to response.</summary>
    public void RecordLatency(LatencyResult result, long nanoseconds)
    {
        ref var histogram = ref _latency[(int)result];
        if (histogram is null)
            Volatile.Write(ref histogram, new LatencyHistogram(HistogramBounds.Request));
        histogram!.Record(nanoseconds);
    }

    /// <summary>One error code other than 0 in a response.</summary>
    public void CountError(int code)
    {
        if (_errors is null)
            Volatile.Write(ref _errors, new long[ErrorCells.Count]);
        var cell = ErrorCells.CellOf(code);
        if (_errors![cell] == 0 && cell != ErrorCells.OtherCell && !loop.Series.Errors.Admit((place * ErrorCells.Count) + cell))
            cell = ErrorCells.OtherCell;
        if (cell == ErrorCells.OtherCell)
            loop.CountDropped(SeriesMetric.ResponseErrors);
        Cell.Add(ref _errors[cell], 1);
    }

    /// <summary>A request that has no response by protocol.</summary>
    public void CountWithoutResponse() => Cell.Add(ref _withoutResponse, 1);

    /// <summary>A request that will not be answered any more.</summary>
    public void CountUnanswered(UnansweredReason reason) => Cell.Add(ref _unanswered[(int)reason], 1);

    /// <summary>Requests that wait for their response: +1 or −1.</summary>
    public void AddInFlight(int change) => Cell.Add(ref _inFlight, change);

    /// <summary>Adds everything counted so far; from any thread.</summary>
    public void AddTo(ApiTotals total)
    {
        for (var i = 0; i < _requests.Length; i++)
            total.Versions[i] += Volatile.Read(ref _requests[i]);
        for (var i = 0; i < _unanswered.Length; i++)
            total.Unanswered[i] += Volatile.Read(ref _unanswered[i]);
        for (var i = 0; i < _latency.Length; i++)
            Volatile.Read(ref _latency[i])?.AddTo(total.Latency[i] ??= new HistogramTotal(HistogramBounds.Request));
        if (Volatile.Read(ref _errors) is { } errors)
        {
            for (var i = 0; i < errors.Length; i++)
                total.Errors[i] += Volatile.Read(ref errors[i]);
        }

        total.Responses += Volatile.Read(ref _responses);
        total.ResponsesWithError += Volatile.Read(ref _responsesWithError);
        total.RequestBytes += Volatile.Read(ref _requestBytes);
        total.ResponseBytes += Volatile.Read(ref _responseBytes);
        total.ThrottleMilliseconds += Volatile.Read(ref _throttleMilliseconds);
        total.WithoutResponse += Volatile.Read(ref _withoutResponse);
        total.InFlight += Volatile.Read(ref _inFlight);
    }
}
