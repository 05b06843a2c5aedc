using System.Globalization;
using System.Net.Sockets;
using System.Text;
using KafkaMesh.Contracts.Stats;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Operator.Dashboard;
using KafkaMesh.Operator.Dashboard.Access;
using KafkaMesh.Operator.Dashboard.Figures;
using KafkaMesh.Operator.Dashboard.Http;
using KafkaMesh.Operator.Tests.Stats;
using KafkaMesh.Operator.Tests.Support;
using Serilog.Core;

namespace KafkaMesh.Operator.Tests.Dashboard.Http;

/// <summary>
/// Thousands who watch one monitor of 5,000 topics, of which the thousand that are shown are used by 50 pods each: megabytes of JSON, written once and held once for
/// all, whether they read or not.
/// </summary>
public sealed class CrowdTests : IAsyncLifetime
{
    private const int Readers = 2000;
    private const int Pods = 50;
    private const int Shown = 1000;
    private const int Topics = 5000;

    // What a connection that does not read has beside the answer: the server's pipe of 64 KiB, a piece that is being written and its own objects.
    private const int PerReader = 128 * 1024;

    // Tests that run beside this one in the process. A copy for each reader would be 2 GB.
    private const int Beside = 128 * 1024 * 1024;

    private readonly OffsetTimeProvider _time = new();
    private readonly KnownMonitors _monitors = new();
    private readonly FigureStore _figures = new(Logger.None);
    private readonly WaitingAnswers _waiting = new(64 * 1024 * 1024);
    private readonly Rounds _rounds = new() { Uid = "orders" };
    private SharedMonitors _shared = null!;
    private EventsHandler _events = null!;
    private AnswerServer _server = null!;
    private int _round;

    public async ValueTask InitializeAsync()
    {
        for (var pod = 0; pod < Pods; pod++)
            _rounds.AddPod($"{pod}");
        _time.Offset = _rounds.Now - DateTimeOffset.UtcNow;
        _monitors.Add("orders");
        Collect();
        var answers = new MonitorAnswers(_monitors, _figures, _time);
        _shared = new SharedMonitors(answers, _figures, _time);
        var gate = new Gate(reviews: null!, answers, new DashboardOptions("kafkamesh-system", 0, NeedsToken: false, PodIP: null));
        _events = new EventsHandler(answers, _figures, gate, _shared, _waiting, _time);
        _server = await AnswerServer.StartAsync(async context =>
        {
            try
            {
                await _events.HandleAsync(new RouteCall(context, new Dictionary<string, string>(), CancellationToken.None));
            }
            catch (ProblemException problem)
            {
                context.Response.StatusCode = problem.Status;
            }
        });
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Events_ThousandsWhoWatchALargeMonitor_ShareOneCopyThoughTheyDoNotRead()
    {
        var size = (await _shared.MonitorAsync(new("shop", "orders")))!.Json.Length;
        Assert.InRange(size, 3_000_000, 16_000_000);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var readers = new List<Socket>();
        try
        {
            for (var i = 0; i < Readers; i++)
                readers.Add(await _server.ConnectAsync("/?namespace=shop&monitor=orders"));
            var statuses = await Task.WhenAll(readers.Select(StatusAsync));
            Assert.Equal(EventsHandler.MaxStreams, statuses.Count(status => status == "200"));
            Assert.Equal(Readers - EventsHandler.MaxStreams, statuses.Count(status => status == "429"));
            await UntilAsync("the monitor waits for readers", () => _waiting.Bytes >= size);

            // Rounds come while nobody reads: who is stuck in one state keeps that one, and all of them the same.
            for (var i = 0; i < 3; i++)
            {
                _time.Offset += TimeSpan.FromSeconds(15);
                Collect();
            }
            Assert.InRange(_waiting.Bytes, size, 3L * size);
            Assert.InRange(_shared.Writings, 1, 8);
            var held = GC.GetTotalMemory(forceFullCollection: true) - before;
            TestContext.Current.TestOutputHelper?.WriteLine($"{size / 1e6:0.0} MB of JSON, {held / 1e6:0.0} MB held for {EventsHandler.MaxStreams} readers, {_shared.Writings} writings");
            Assert.InRange(held, long.MinValue, (4L * size) + (EventsHandler.MaxStreams * PerReader) + Beside);
        }
        finally
        {
            foreach (var reader in readers)
                reader.Dispose();
        }
        await UntilAsync("all are gone", () => _events.Open == 0 && _waiting.Bytes == 0);
    }

    [Fact]
    public async Task Events_ManyWhoRead_GetARoundThatIsWrittenOnce()
    {
        var readers = new List<Socket>();
        try
        {
            for (var i = 0; i < 64; i++)
                readers.Add(await _server.ConnectAsync("/?namespace=shop&monitor=orders"));
            var reading = readers.Select(reader => ReadUntilAsync(reader, $"\"requests\":{RequestsOf(2)}")).ToList();
            await UntilAsync("all are open", () => _events.Open == readers.Count);
            _time.Offset += TimeSpan.FromSeconds(15);
            Collect();
            await Task.WhenAll(reading).WaitAsync(TimeSpan.FromSeconds(60));

            // A list and a monitor for each of two rounds, and again for those who came later than a second after the first.
            Assert.InRange(_shared.Writings, 2, 12);
        }
        finally
        {
            foreach (var reader in readers)
                reader.Dispose();
        }
    }

    [Fact]
    public async Task Answers_OfManyRounds_LeaveNothingBehind()
    {
        var key = new NamespacedName("shop", "orders");
        var written = new List<WeakReference>();
        for (var cycle = 0; cycle < 6; cycle++)
        {
            _time.Offset += TimeSpan.FromSeconds(15);
            Collect();
            written.Add(new WeakReference((await _shared.MonitorAsync(key))!.Json));
            written.Add(new WeakReference(_shared.Write(key, 10_000)!.Json));
            written.Add(new WeakReference(_shared.List().Json));
        }

        // By what is reachable, not by the heap: other tests run beside this one. Those of the last cycles may still be kept.
        GC.GetTotalMemory(forceFullCollection: true);
        Assert.InRange(written.Count(answer => answer.IsAlive), 0, 6);
    }

    private static long RequestsOf(int round) => Pods * round * 1000L;

    private void Collect()
    {
        _round++;
        for (var pod = 0; pod < Pods; pod++)
        {
            var count = pod == 0 ? Topics : Shown;
            var report = Reports.Of($"i{pod}", _round, _round * 1000, uptime: 15 * _round);
            _rounds.Report($"{pod}", report with
            {
                Topics = [.. Enumerable.Range(0, count).Select(t => new TopicStats
                {
                    Direction = "outbound",
                    Api = "Produce",
                    Topic = string.Create(CultureInfo.InvariantCulture, $"topic-{t:d4}"),
                    Records = _round * 100,
                    Bytes = _round * 100_000,
                })],
            });
        }
        _figures.Take(_rounds.Next());
    }

    // The head is all that is read of an answer.
    private static async Task<string> StatusAsync(Socket reader)
    {
        var buffer = new byte[12];
        for (var read = 0; read < buffer.Length;)
        {
            var got = await reader.ReceiveAsync(buffer.AsMemory(read));
            Assert.NotEqual(0, got);
            read += got;
        }
        return Encoding.ASCII.GetString(buffer, 9, 3);
    }

    private static async Task ReadUntilAsync(Socket reader, string text)
    {
        var (buffer, tail) = (new byte[64 * 1024], "");
        while (!tail.Contains(text, StringComparison.Ordinal))
        {
            var got = await reader.ReceiveAsync(buffer);
            Assert.NotEqual(0, got);
            tail = (tail.Length > text.Length ? tail[^text.Length..] : tail) + Encoding.UTF8.GetString(buffer, 0, got);
        }
    }

    private static async Task UntilAsync(string what, Func<bool> condition)
    {
        var limit = DateTime.UtcNow.AddSeconds(30);
        while (!condition())
        {
            Assert.True(DateTime.UtcNow < limit, what);
            await Task.Delay(10);
        }
    }
}
