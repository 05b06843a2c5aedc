using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using KafkaMesh.Contracts;
using KafkaMesh.Contracts.Stats;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace KafkaMesh.Operator.Tests.Dashboard;

/// <summary>
/// Answers as the sidecar of one pod: /stats to anybody, /tap and /connections to who shows a token that the key of the pod's own configuration
/// signed for the pod's uid and the scope.
/// </summary>
internal sealed class TapSidecar : IAsyncDisposable
{
    private static readonly TimeSpan s_heartbeat = TimeSpan.FromSeconds(5);

    private readonly WebApplication _app;
    private readonly string _publicKey;
    private readonly string _podUid;
    private readonly ConcurrentDictionary<Channel<string>, bool> _taps = new();
    private volatile StatsReport _report;

    private TapSidecar(WebApplication app, StatsReport report, string publicKey, string podUid) => (_app, _report, _publicKey, _podUid) = (app, report, publicKey, podUid);

    /// <summary>The report that is answered from now on.</summary>
    public StatsReport Report
    {
        get => _report;
        set => _report = value;
    }

    /// <summary>Makes the next report when one was read; null: it stays.</summary>
    public Func<StatsReport, StatsReport>? Advance { get; set; }

    /// <summary>Queries of the taps that were opened.</summary>
    public ConcurrentQueue<string> Queries { get; } = new();

    /// <summary>Taps that are open.</summary>
    public int Open => _taps.Count;

    /// <summary>Nothing goes out any more and nothing is closed, as when the node was lost.</summary>
    public bool IsLost { get; set; }

    /// <summary>Body of /connections.</summary>
    public string Connections { get; set; } = """{"open":1,"connections":[{"id":1,"direction":"outbound","protocol":"kafka","client":"10.0.0.1:5","broker":"10.0.0.9:9092"}]}""";

    /// <summary>What a tap is refused with; null: it is opened.</summary>
    public string? Refusal { get; set; }

    /// <summary>Value of <c>Retry-After</c> with which callers are told that they ask too often; null: they are answered.</summary>
    public string? TooOften { get; set; }

    /// <summary>Starts serving.</summary>
    /// <param name="address">A loopback address that nobody else uses.</param>
    /// <param name="report">The first report.</param>
    /// <param name="pod">The injected pod.</param>
    public static async Task<TapSidecar> StartAsync(string address, StatsReport report, JsonObject pod)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options => options.Listen(IPAddress.Parse(address), WellKnownNames.AdminPort));
        var proxy = pod["spec"]!["initContainers"]!.AsArray().Single(c => c!["name"]!.ToString() == WellKnownNames.ProxyContainer)!;
        var key = proxy["env"]!.AsArray().Single(v => v!["name"]!.ToString() == "KAFKAMESH_ACCESS_KEY")!["value"]!.ToString();
        var server = new TapSidecar(builder.Build(), report, key, pod["metadata"]!["uid"]!.ToString());
        server._app.Run(server.AnswerAsync);
        await server._app.StartAsync();
        return server;
    }

    /// <summary>Sends text to every open tap.</summary>
    public void Send(string events)
    {
        foreach (var tap in _taps.Keys)
            tap.Writer.TryWrite(events);
    }

    /// <summary>Ends every open tap as its time limit would.</summary>
    public void EndTaps()
    {
        Send("event: end\ndata: {}\n\n");
        foreach (var tap in _taps.Keys)
            tap.Writer.TryComplete();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var tap in _taps.Keys)
            tap.Writer.TryComplete();
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        switch (context.Request.Path.Value)
        {
            case "/stats":
                _report = Advance?.Invoke(_report) ?? _report;
                await context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(_report, ContractsJson.Default.StatsReport));
                break;
            case "/connections" or "/tap" when TooOften is { } wait:
                context.Response.StatusCode = 429;
                context.Response.Headers.RetryAfter = wait;
                await context.Response.WriteAsync("the check of a token is given 2 times a second to one caller, 4 times to all");
                break;
            case "/connections" when IsSigned(context, "connections"):
                await context.Response.WriteAsync(Connections);
                break;
            case "/tap" when Refusal is { } sentence && IsSigned(context, "tap"):
                context.Response.StatusCode = 400;
                await context.Response.WriteAsync(sentence);
                break;
            case "/tap" when IsSigned(context, "tap"):
                await TapAsync(context);
                break;
            default:
                context.Response.StatusCode = 401;
                break;
        }
    }

    private async Task TapAsync(HttpContext context)
    {
        Queries.Enqueue(context.Request.QueryString.Value ?? "");
        context.Response.ContentType = "text/event-stream";
        await context.Response.StartAsync();
        await context.Response.Body.FlushAsync();
        var tap = Channel.CreateUnbounded<string>();
        _taps[tap] = true;
        try
        {
            while (true)
            {
                var more = tap.Reader.WaitToReadAsync(context.RequestAborted).AsTask();
                if (await Task.WhenAny(more, Task.Delay(s_heartbeat, context.RequestAborted)) == more && !await more)
                    break;
                if (IsLost)
                    await Task.Delay(Timeout.Infinite, context.RequestAborted);
                await context.Response.WriteAsync(tap.Reader.TryRead(out var text) ? text : ":\n\n", context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
            }
        }
        catch (OperationCanceledException)
        {
            // The reader is gone.
        }
        finally
        {
            _taps.TryRemove(tap, out _);
        }
    }

    private bool IsSigned(HttpContext context, string scope)
    {
        var parts = context.Request.Headers.Authorization.ToString().Replace("Bearer ", "", StringComparison.Ordinal).Split('.');
        if (parts.Length != 3)
            return false;
        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(Convert.FromBase64String(_publicKey), out _);
        var claims = JsonNode.Parse(Base64Url.DecodeFromChars(parts[1]))!;
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        return key.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256)
            && claims["aud"]!.ToString() == _podUid && claims["scope"]!.ToString() == scope
            && claims["exp"]!.GetValue<long>() is var end && end > now && end - claims["iat"]!.GetValue<long>() <= 60;
    }
}
