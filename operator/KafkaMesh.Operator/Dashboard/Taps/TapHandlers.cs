using System.Buffers;
using System.Text;
using System.Threading.Channels;
using KafkaMesh.Operator.Dashboard.Access;
using KafkaMesh.Operator.Dashboard.Figures;
using KafkaMesh.Operator.Dashboard.Http;
using KafkaMesh.Operator.Reconciliation;
using Microsoft.AspNetCore.Http;

namespace KafkaMesh.Operator.Dashboard.Taps;

/// <summary>Streams what sidecars decode on to people who may see it.</summary>
internal sealed class TapHandlers(SidecarClient sidecars, MonitorAnswers answers, Gate gate, AnswerWriter writer, TimeProvider time)
{
    /// <summary>Taps at a time.</summary>
    public const int MaxTaps = 32;

    /// <summary>Pods in one tap.</summary>
    public const int MaxPods = 20;

    /// <summary>One exchange in at most so many; sidecars take no more.</summary>
    public const int MaxSample = 1_000_000;

    private const int MaxWaiting = 512; // events, of all pods of one tap
    private const int ChunkBytes = 32 * 1024;
    private const int MaxRate = 2000; // events per second, of all pods of one tap
    private const int PodRate = 200;
    private const int MaxText = 1024;

    /// <summary>Longest tap; whoever wants more asks again.</summary>
    private static readonly TimeSpan MaxDuration = TimeSpan.FromMinutes(30);

    private static readonly TimeSpan ReviewInterval = TimeSpan.FromSeconds(10);

    private readonly StreamSlots _slots = new(MaxTaps, "taps");

    /// <summary>Taps now.</summary>
    public int Open => _slots.Open;

    /// <summary>The connections of a pod.</summary>
    public async Task ConnectionsAsync(RouteCall call)
    {
        var query = call.Query("after", "limit");
        var (after, limit) = (query.Text("after", 20), query.Number("limit", 1, 1000, 1000));
        if (after is not null && !after.All(char.IsAsciiDigit))
            throw ProblemException.BadRequest("the parameter after takes the id of a connection, a whole number");
        await gate.RequireTapAsync(call.Context, call.Namespace);
        var json = await sidecars.ReadConnectionsAsync(Find(call), $"?limit={limit}" + (after is { Length: > 0 } ? $"&after={after}" : ""), call.Aborted);
        await writer.WriteAsync(call.Context, json);
    }

    /// <summary>The tap of one pod.</summary>
    public async Task PodAsync(RouteCall call)
    {
        var query = Query(call, pods: 1);
        await gate.RequireTapAsync(call.Context, call.Namespace);
        var pod = Find(call);
        using var place = _slots.Take();

        // Opened before the answer begins: what is wrong can still be said by a status.
        using var opened = await sidecars.OpenTapAsync(pod, query, call.Aborted);
        await StreamAsync(call, [Tap(call, pod, query)], first: null, opened);
    }

    /// <summary>The taps of a monitor's pods in one.</summary>
    public async Task MonitorAsync(RouteCall call)
    {
        Query(call, pods: 1);
        await gate.RequireTapAsync(call.Context, call.Namespace);
        if (!answers.Exists(call.Monitor))
            throw MonitorHandlers.Unknown(call.Monitor);
        var pods = (answers.Find(call.Monitor) ?? throw NotCollected()).Round.Census.Injected.Where(p => p is { IsDraining: false, Status.PodIP.Length: > 0 }).ToList();
        if (pods.Count == 0)
            throw ProblemException.NotFound($"no pod of KafkaMonitor {call.Namespace}/{call.Monitor.Name} carries a sidecar now");
        using var place = _slots.Take();
        var chosen = pods.Take(MaxPods).ToList();
        var query = Query(call, chosen.Count);
        var first = TapJson.Write(json =>
        {
            json.WriteStartArray("pods");
            foreach (var pod in chosen)
                json.WriteStringValue(pod.Name);
            json.WriteEndArray();
            json.WriteNumber("more", pods.Count - chosen.Count);
        });

        // A filter that sidecars do not accept can be said by a status only before the answer begins.
        using var opened = await TryOpenAsync(chosen[0], query, call.Aborted);
        await StreamAsync(call, [.. chosen.Select(p => Tap(call, p, query))], first, opened);
    }

    private async Task<HttpResponseMessage?> TryOpenAsync(MonitoredPod pod, string query, CancellationToken cancellationToken)
    {
        try
        {
            return await sidecars.OpenTapAsync(pod, query, cancellationToken);
        }
        catch (ProblemException problem) when (problem.Status != StatusCodes.Status400BadRequest)
        {
            return null; // it is tried again like the others
        }
    }

    // A leader that has just begun knows monitors, and not yet their pods.
    private MonitoredPod Find(RouteCall call) => answers.FindPod(call.Namespace, call.Pod)
        ?? throw (answers.IsCollected(call.Namespace)
            ? ProblemException.NotFound(
                $"no pod {RequestQuery.Echo(call.Namespace)}/{RequestQuery.Echo(call.Pod)} carries a sidecar; it may have been deleted, and the monitor's podList names those that do")
            : NotCollected());

    private static ProblemException NotCollected() => new(503, "the operator has just begun and has not looked at the pods yet; try again in a moment");

    private PodTap Tap(RouteCall call, MonitoredPod pod, string query) => new(sidecars, pod, query, name => answers.FindPod(call.Namespace, name), time);

    // The sidecar checks what an API, topic or client is.
    private static string Query(RouteCall call, int pods)
    {
        var query = call.Query("api", "topic", "client", "errors", "sample");
        var text = new StringBuilder($"?sample={query.Number("sample", 1, MaxSample, 1)}&rate={Math.Min(PodRate, MaxRate / pods)}");
        if (query.Flag("errors"))
            text.Append("&errors=true");
        foreach (var name in (string[])["api", "topic", "client"])
        {
            if (query.Text(name, MaxText) is { Length: > 0 } value)
                text.Append('&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
        }
        return text.ToString();
    }

    // What was opened already is of the first pod.
    private async Task StreamAsync(RouteCall call, IReadOnlyList<PodTap> taps, byte[]? first, HttpResponseMessage? opened)
    {
        var stream = await EventStream.StartAsync(call.Context, time);
        if (first is not null)
            await stream.WriteAsync("pods", first);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(call.Aborted, call.Stopping);
        var channel = Channel.CreateBounded<TapEvent>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true });
        var lost = 0L;
        var following = taps.Select(FollowAsync).ToList();
        try
        {
            var reason = await WriteAsync(call, stream, channel.Reader, Task.WhenAll(following), () => Interlocked.Exchange(ref lost, 0), ending.Token);
            await stream.WriteAsync("end", TapJson.Write(json => json.WriteString("reason", reason)));
        }
        finally
        {
            await ending.CancelAsync();
            await Task.WhenAll(following);
        }

        async Task<string> FollowAsync(PodTap tap)
        {
            try
            {
                var reason = await tap.RunAsync(ReferenceEquals(tap, taps[0]) ? opened : null, channel.Writer, count => Interlocked.Add(ref lost, count), ending.Token);
                if (taps.Count > 1)
                    await channel.Writer.WriteAsync(Left(tap.Pod, reason), ending.Token);
                return reason;
            }
            catch (OperationCanceledException)
            {
                return call.Stopping.IsCancellationRequested ? TapEnd.Stopping : TapEnd.Time;
            }
        }
    }

    private static TapEvent Left(string pod, string reason) => new("left", TapJson.Write(json =>
    {
        json.WriteString("pod", pod);
        json.WriteString("reason", reason);
    }));

    // Events go out as they come, many in one write when there are many. Returns why it ended.
    private async Task<string> WriteAsync(
        RouteCall call, EventStream stream, ChannelReader<TapEvent> events, Task<string[]> following, Func<long> takeLost, CancellationToken cancellationToken)
    {
        var (start, reviewed) = (time.GetTimestamp(), time.GetTimestamp());
        var output = new ArrayBufferWriter<byte>();
        while (true)
        {
            output.ResetWrittenCount();
            while (output.WrittenCount < ChunkBytes && events.TryRead(out var read))
                Append(output, read.Name, read.Data.Span);
            if (takeLost() is var lost and > 0)
                Append(output, "lost", TapJson.Write(json => json.WriteNumber("count", lost)));
            if (output.WrittenCount > 0)
                await stream.WriteAsync(output.WrittenMemory);
            else if (following.IsCompleted)
                return (await following)[^1];
            else if (!await WaitAsync(events, following, cancellationToken))
                await stream.WriteCommentAsync();
            if (call.Stopping.IsCancellationRequested)
                return TapEnd.Stopping;
            if (time.GetElapsedTime(start) > MaxDuration || cancellationToken.IsCancellationRequested)
                return TapEnd.Time;
            if (time.GetElapsedTime(reviewed) > ReviewInterval)
            {
                reviewed = time.GetTimestamp();
                if (!await MayGoOnAsync(call))
                    return TapEnd.Denied;
            }
        }
    }

    // False when nothing came until the heart has to beat.
    private async Task<bool> WaitAsync(ChannelReader<TapEvent> events, Task following, CancellationToken cancellationToken)
    {
        using var woken = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var beat = Task.Delay(EventStream.Heartbeat, time, woken.Token);
        var first = await Task.WhenAny(events.WaitToReadAsync(woken.Token).AsTask(), following, beat);
        await woken.CancelAsync();
        return first != beat;
    }

    private async Task<bool> MayGoOnAsync(RouteCall call)
    {
        try
        {
            await gate.RequireTapAsync(call.Context, call.Namespace);
            return true;
        }
        catch (ProblemException problem)
        {
            return problem.Status == StatusCodes.Status503ServiceUnavailable; // nobody said no
        }
    }

    private static void Append(ArrayBufferWriter<byte> output, string name, ReadOnlySpan<byte> data)
    {
        output.Write(Encoding.UTF8.GetBytes($"event: {name}\ndata: "));
        output.Write(data);
        output.Write("\n\n"u8);
    }
}
