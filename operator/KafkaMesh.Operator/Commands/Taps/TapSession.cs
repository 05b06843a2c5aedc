using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using KafkaMesh.Operator.Commands.Clusters;
using KafkaMesh.Operator.Commands.Injection;
using KafkaMesh.Operator.Commands.OperatorApi;
using KafkaMesh.Operator.Dashboard.Http;
using KafkaMesh.Operator.Dashboard.Taps;
using KafkaMesh.Operator.Wording;

namespace KafkaMesh.Operator.Commands.Taps;

/// <summary>Follows a tap and writes a line per exchange, until it ends, enough were written, nobody reads, or it is cancelled.</summary>
/// <param name="format">How exchanges are written.</param>
/// <param name="write">Takes text; false when nobody reads it any more.</param>
/// <param name="note">Takes sentences for people.</param>
/// <param name="sample">One exchange in so many was asked for.</param>
/// <param name="limit">Exchanges to write.</param>
/// <param name="time">The clock.</param>
internal sealed class TapSession(ITapFormat format, Func<string, bool> write, Action<string> note, int sample, long limit, TimeProvider time)
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan NotePause = TimeSpan.FromSeconds(10);

    private readonly TapPairing _pairing = new(time);
    private readonly long _start = time.GetTimestamp();
    private bool _hasBegun;
    private bool _isOver;
    private long _written;
    private long _withErrors;
    private long _unanswered;
    private long _leftOut;
    private long _leftOutSaid;
    private long? _saidAt;

    /// <summary>Follows one stream.</summary>
    /// <param name="events">Server-sent events.</param>
    /// <param name="target">What is tapped.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Why the operator ended it (<see cref="TapEnd"/>); null when we did.</returns>
    /// <exception cref="TapBrokenException">The stream broke off.</exception>
    public async Task<string?> FollowAsync(Stream events, TapTarget target, CancellationToken cancellationToken)
    {
        var reader = new TapEventReader(events, time, EventStream.LongestSilence);
        if (target.IsPod)
            Begin([target.Name], isOne: true);
        Task<TapEvent?>? reading = null;
        Task? tick = null;
        try
        {
            while (!_isOver)
            {
                reading ??= reader.ReadAsync(cancellationToken);
                tick ??= Task.Delay(Tick, time, cancellationToken);
                await Task.WhenAny(reading, tick);
                cancellationToken.ThrowIfCancellationRequested();
                if (tick.IsCompleted)
                {
                    Write(_pairing.Aged());
                    SayLeftOut();
                    tick = null;
                }
                if (!reading.IsCompleted)
                    continue;
                var read = await reading ?? throw new IOException("it was closed");
                reading = null;
                if (Take(read) is { } reason)
                    return reason;
            }
            return null;
        }
        catch (Exception error) when (error is IOException or HttpRequestException or InvalidDataException)
        {
            throw new TapBrokenException($"the connection to the operator was lost: {error.Message.TrimEnd('.')}", error);
        }
    }

    /// <summary>What was seen and what was not, when it is over.</summary>
    public string Summary()
    {
        Write(_pairing.Rest());
        var seconds = time.GetElapsedTime(_start).TotalSeconds;
        var text = string.Create(CultureInfo.InvariantCulture, $"{_written} requests in {seconds:0} s, {_withErrors} with errors, {_unanswered} without a response that was seen; ");
        var rest = sample > 1 ? string.Create(CultureInfo.InvariantCulture, $"one in {sample} was asked for, the others were not counted; of those ") : "";
        return text + rest + (_leftOut == 0 ? "nothing was left out" : string.Create(CultureInfo.InvariantCulture, $"{_leftOut} requests and responses were left out: more passed than a tap shows"));
    }

    // While it runs too, but not so often that it hides what is shown.
    private void SayLeftOut()
    {
        if (_leftOut == _leftOutSaid || (_saidAt is { } before && time.GetElapsedTime(before) < NotePause))
            return;
        (_leftOutSaid, _saidAt) = (_leftOut, time.GetTimestamp());
        note(string.Create(CultureInfo.InvariantCulture, $"note: {Plural.Of(_leftOut, "request or response is", "requests and responses are")} left out so far: more pass than a tap shows; a filter or {(sample > 1 ? "a larger " : "")}--sample shows fewer"));
    }

    // The reason, when it is the end.
    private string? Take(TapEvent read)
    {
        switch (read.Name)
        {
            case "request" when Read(read, TapFrameJson.Default.TapFrame) is { } frame:
                Write(_pairing.Request(frame));
                break;
            case "response" when Read(read, TapFrameJson.Default.TapFrame) is { } frame:
                Write([_pairing.Response(frame)]);
                break;
            case "pods" when Read(read, TapFrameJson.Default.TapPods) is { } pods:
                Begin([.. (pods.Pods ?? []).OfType<string>()], isOne: false);
                if (pods.More > 0)
                    note(string.Create(CultureInfo.InvariantCulture, $"note: {Plural.Of(pods.More, "more pod of the KafkaMonitor is", "more pods of the KafkaMonitor are")} left out; tap {Plural.Form(pods.More, "it", "them")} by name"));
                break;
            case "lost" when Read(read, TapFrameJson.Default.TapNotice) is { } lost:
                _leftOut += Math.Max(0, lost.Count);
                SayLeftOut();
                break;
            case "left" when Read(read, TapFrameJson.Default.TapNotice) is { } left:
                note($"note: pod {left.Pod} left: {EndText(left.Reason)}");
                break;
            case "end":
                return Read(read, TapFrameJson.Default.TapNotice)?.Reason ?? TapEnd.Time;
        }
        return null;
    }

    /// <summary>Why a tap ended, in words.</summary>
    public static string EndText(string? reason) => reason switch
    {
        TapEnd.PodGone => "it is gone",
        TapEnd.Unreachable => "its sidecar does not answer any more",
        TapEnd.Stopping => "the operator stops",
        TapEnd.Denied => "the permission to tap ended, or the sidecar does not accept the operator's token",
        TapEnd.Time => "a tap lasts half an hour at most",
        _ => "the operator ended it",
    };

    // What is no such event was not seen.
    private T? Read<T>(TapEvent read, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(read.Data.Span, type);
        }
        catch (JsonException)
        {
            _leftOut++;
            return null;
        }
    }

    private void Begin(IReadOnlyList<string> pods, bool isOne)
    {
        if (_hasBegun)
            return;
        _hasBegun = true;
        if (sample > 1)
            note(string.Create(CultureInfo.InvariantCulture, $"note: one request in {sample} is shown, with its response; the others are left out and not counted"));
        _isOver |= !write(format.Begin(pods, isOne));
    }

    private void Write(IEnumerable<TapExchange> exchanges)
    {
        foreach (var exchange in exchanges)
        {
            if (_isOver)
                return;
            _isOver = !write(format.Line(exchange));
            _written++;
            _withErrors += exchange.Errors.Count > 0 ? 1 : 0;
            _unanswered += exchange.Response is null ? 1 : 0;
            _isOver |= _written >= limit;
        }
    }
}
