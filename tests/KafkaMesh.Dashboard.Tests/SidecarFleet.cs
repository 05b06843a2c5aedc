using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using KafkaMesh.Contracts;
using KafkaMesh.Contracts.Stats;
using KafkaMesh.Operator.Tests.Stats;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace KafkaMesh.Dashboard.Tests;

/// <summary>Hundreds of sidecars in one server: each address answers /stats with figures of its own, which grow with time.</summary>
internal sealed class SidecarFleet : IAsyncDisposable
{
    private const int TopicsEach = 12;

    private readonly WebApplication _app;
    private readonly Stopwatch _uptime = Stopwatch.StartNew();
    private readonly long[] _sequences;
    private readonly int _topics;

    private SidecarFleet(WebApplication app, int sidecars, int topics) => (_app, _sequences, _topics) = (app, new long[sidecars], topics);

    /// <summary>Address of a sidecar, 127.0.64.0 and up.</summary>
    public static string AddressOf(int index) => string.Create(CultureInfo.InvariantCulture, $"127.0.{64 + (index / 250)}.{1 + (index % 250)}");

    /// <summary>Starts serving.</summary>
    /// <param name="sidecars">How many.</param>
    /// <param name="topics">How many topics they use together; each uses a few.</param>
    public static async Task<SidecarFleet> StartAsync(int sidecars, int topics)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
        {
            for (var index = 0; index < sidecars; index++)
                options.Listen(IPAddress.Parse(AddressOf(index)), WellKnownNames.AdminPort);
        });
        var fleet = new SidecarFleet(builder.Build(), sidecars, topics);
        fleet._app.Run(context =>
        {
            var parts = context.Connection.LocalIpAddress!.MapToIPv4().GetAddressBytes();
            var report = fleet.Report(((parts[2] - 64) * 250) + parts[3] - 1);
            return context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(report, ContractsJson.Default.StatsReport)).AsTask();
        });
        await fleet._app.StartAsync();
        return fleet;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private StatsReport Report(int index)
    {
        var uptime = 30 + _uptime.Elapsed.TotalSeconds;
        var requests = (long)(uptime * (5 + (index % 40)));
        var report = Reports.Of($"fleet-{index}", Interlocked.Increment(ref _sequences[index]), requests, errors: requests / 200, uptime: uptime, nanoseconds: 800_000 * (1 + (index % 30)));
        return report with
        {
            ProxyVersion = "0.1.0",
            Apis = [report.Apis[0], report.Apis[0] with { ApiKey = 1, Api = "Fetch", Errors = [] }],
            Topics = [.. Enumerable.Range(0, TopicsEach).Select(t => TopicOf(((index * TopicsEach) + t) % _topics, t, requests))],
            Clients = [new ClientStats($"client-{index}", "librdkafka", "2.3.0")],
            Groups = [new GroupStats($"group-{index % 60}", 1 + (index % 5), 2)],
        };
    }

    private static TopicStats TopicOf(int topic, int place, long requests) => new()
    {
        Direction = "outbound",
        Api = place % 3 == 0 ? "Produce" : "Fetch",
        Topic = string.Create(CultureInfo.InvariantCulture, $"domain-{topic % 17}.events.{topic:D4}"),
        Records = requests * 3,
        Bytes = requests * 300 * (1 + (topic % 9)),
    };
}
