using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using KafkaMesh.Contracts;
using KafkaMesh.Contracts.Access;
using KafkaMesh.Contracts.Stats;
using KafkaMesh.Operator.Stats;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace KafkaMesh.Operator.Tests.Stats;

/// <summary>Whoever controls a pod answers for its sidecar: what comes is bounded, and a failure has a name.</summary>
public sealed class StatsCollectorTests : IAsyncLifetime
{
    private readonly StatsCollector _collector = new(TimeSpan.FromSeconds(10));
    private readonly WebApplication _sidecar;
    private Func<HttpContext, Task> _answer = _ => Task.CompletedTask;

    public StatsCollectorTests()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0));
        _sidecar = builder.Build();
        _sidecar.Run(context => _answer(context));
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(1, false)]
    [InlineData(20_000, true)]
    [InlineData(20_000, false)]
    public async Task FetchAsync_ReportOfAnySize_IsRead(int topics, bool saysLength)
    {
        var report = Reports.Of("i", 1, 10) with { Topics = [.. Enumerable.Range(0, topics).Select(i => new TopicStats { Api = "Produce", Topic = $"topic-{i}", Records = i })] };
        var body = JsonSerializer.SerializeToUtf8Bytes(report, ContractsJson.Default.StatsReport);
        _answer = context =>
        {
            context.Response.ContentLength = saysLength ? body.Length : null;
            return context.Response.Body.WriteAsync(body).AsTask();
        };

        var result = await FetchAsync();

        Assert.Null(result.Message);
        Assert.Equal(body, JsonSerializer.SerializeToUtf8Bytes(result.Report!, ContractsJson.Default.StatsReport));
    }

    [Fact]
    public async Task FetchAsync_AnswerWithoutEnd_IsGivenUpAtTheBound()
    {
        _answer = async context =>
        {
            var spaces = Encoding.ASCII.GetBytes(new string(' ', 64 * 1024));
            while (!context.RequestAborted.IsCancellationRequested)
                await context.Response.Body.WriteAsync(spaces, context.RequestAborted);
        };

        var result = await FetchAsync();

        Assert.Equal(("malformed", $"its report is larger than {StatsCollector.MaxReportBytes} bytes"), (result.Reason, result.Message));
    }

    [Theory]
    [InlineData("connection", 1000)] // the rest of what was announced never came
    [InlineData("malformed", 10)]
    public async Task FetchAsync_HalfAReport_IsNone(string reason, int length)
    {
        var half = """{"instanceId":"""u8.ToArray()[..10];
        _answer = async context =>
        {
            context.Response.ContentLength = length;
            await context.Response.Body.WriteAsync(half);
            await context.Response.Body.FlushAsync();
            if (length > half.Length)
                context.Abort();
        };

        Assert.Equal(reason, (await FetchAsync()).Reason);
    }

    [Fact]
    public async Task FetchAsync_Refusal_SaysTheStatus()
    {
        _answer = context =>
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        };

        Assert.Equal(("status", "it answered 404"), (await FetchAsync() is var result ? (result.Reason, result.Message) : default));
    }

    /// <summary>A sidecar is to know the operator from strangers: only for it a drain ends with the last report.</summary>
    [Fact]
    public async Task FetchAsync_OfAPodThatEnds_ShowsATokenForThePod()
    {
        using var signer = AccessTokenSigner.Create();
        var tokens = new StatsTokens(() => signer, TimeProvider.System);
        using var known = new StatsCollector(TimeSpan.FromSeconds(10), tokens);
        var seen = AnswerTo(_ => true);

        Assert.NotNull((await known.FetchAsync("127.0.0.1", Port, "uid", isEnding: true, CollectLane.Draining, TestContext.Current.CancellationToken)).Report);
        Assert.NotNull((await known.FetchAsync("127.0.0.1", Port, "uid", isEnding: false, CollectLane.Answering, TestContext.Current.CancellationToken)).Report);
        Assert.NotNull((await FetchAsync()).Report);

        Assert.Equal([$"Bearer {tokens.For("uid")}", "", ""], seen);
    }

    /// <summary>Strangers that wear out a sidecar's page take nothing from the operator.</summary>
    [Fact]
    public async Task FetchAsync_TooOften_AsksAgainWithAToken()
    {
        using var signer = AccessTokenSigner.Create();
        var tokens = new StatsTokens(() => signer, TimeProvider.System);
        using var known = new StatsCollector(TimeSpan.FromSeconds(10), tokens);
        var seen = AnswerTo(authorization => authorization.Length > 0);

        Assert.NotNull((await known.FetchAsync("127.0.0.1", Port, "uid", isEnding: false, CollectLane.Answering, TestContext.Current.CancellationToken)).Report);
        Assert.Equal(("status", "it answered 429"), (await FetchAsync() is var result ? (result.Reason, result.Message) : default));

        Assert.Equal(["", $"Bearer {tokens.For("uid")}", ""], seen);
    }

    private List<string> AnswerTo(Predicate<string> mayRead)
    {
        var seen = new List<string>();
        _answer = context =>
        {
            seen.Add(context.Request.Headers.Authorization.ToString());
            if (mayRead(seen[^1]))
                return context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(Reports.Of("i", 1, 10), ContractsJson.Default.StatsReport)).AsTask();
            context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            return Task.CompletedTask;
        };
        return seen;
    }

    [Theory]
    [InlineData(CollectLane.Draining)]
    [InlineData(CollectLane.Answering)]
    public async Task FetchAsync_HundredsOfSilentSidecars_HoldUpNobodyWhoAnswers(object lane)
    {
        // Connections are taken by the kernel, and nobody ever answers: to the collector this is a black hole.
        using var hole = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        hole.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        hole.Listen(1024);
        using var patient = new StatsCollector(TimeSpan.FromMinutes(5));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var silent = Enumerable.Range(0, 700).Select(_ => patient.FetchAsync("127.0.0.1", ((IPEndPoint)hole.LocalEndPoint!).Port, "uid", isEnding: false, CollectLane.Doubtful, stop.Token)).ToList();
        _answer = context => context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(Reports.Of("i", 1, 10), ContractsJson.Default.StatsReport)).AsTask();

        var result = await patient.FetchAsync("127.0.0.1", Port, "uid", isEnding: false, (CollectLane)lane, TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        Assert.Equal("i", result.Report!.InstanceId);
        Assert.DoesNotContain(silent, fetch => fetch.IsCompleted);
        await stop.CancelAsync();
        await Task.WhenAll(silent.Select(fetch => Assert.ThrowsAnyAsync<OperationCanceledException>(() => fetch)));
    }

    public async ValueTask InitializeAsync() => await _sidecar.StartAsync();

    public async ValueTask DisposeAsync()
    {
        _collector.Dispose();
        await _sidecar.DisposeAsync();
    }

    private int Port => new Uri(_sidecar.Urls.First()).Port;

    private Task<CollectResult> FetchAsync() => _collector.FetchAsync("127.0.0.1", Port, "uid", isEnding: false, CollectLane.Answering, TestContext.Current.CancellationToken);
}
