using System.Net;
using System.Text.Json.Nodes;
using KafkaMesh.Contracts;
using KafkaMesh.Contracts.Monitors;
using KafkaMesh.Contracts.Stats;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Operator.Reconciliation;
using KafkaMesh.Operator.Tests.Cluster;
using KafkaMesh.Operator.Tests.Stats;

namespace KafkaMesh.Operator.Tests.Dashboard;

/// <summary>The operator with its dashboard, as in <see cref="OperatorFixture"/>, and a way to ask it.</summary>
public class DashboardFixture : OperatorFixture
{
    /// <summary>What a hostile client may call a topic, itself or its group.</summary>
    public static IReadOnlyList<string> HostileNames { get; } =
    [
        "<script>alert(1)</script>", "\"';--", "a\u0000b\u0007\r\n\t", "\u202Egnp.exe\u2066", new string('x', 249), "</script>&amp;", "\u2028\u2029", "😀 𝄞",
    ];

    /// <inheritdoc/>
    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        // Before it leads and has read the cluster it has no figures, and says so to who asks.
        await UntilJsonAsync("/api/v1/monitors", _ => true, Flag("dashboard-auth") == "Token" ? await TapTokenAsync() : null);
    }

    /// <summary>A client of the dashboard.</summary>
    internal HttpClient Client(string? token = null, int? port = null)
    {
        var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 4096 })
        {
            BaseAddress = new Uri($"http://127.0.0.1:{port ?? Process.Dashboard!.Port}"),
            Timeout = TimeSpan.FromSeconds(60),
        };
        if (token is not null)
            client.DefaultRequestHeaders.Add(WellKnownNames.TokenHeader, token);
        return client;
    }

    /// <summary>A token that may tap, as people mint it.</summary>
    internal Task<string> TapTokenAsync() => TokenAsync(WellKnownNames.TapAccount, WellKnownNames.SystemNamespace, WellKnownNames.DashboardAudience);

    /// <summary>Asks for JSON.</summary>
    internal async Task<(HttpStatusCode Status, JsonNode Body)> GetJsonAsync(string path, string? token = null, int? port = null)
    {
        using var client = Client(token, port);
        using var response = await client.GetAsync(new Uri(path, UriKind.Relative));
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
    }

    /// <summary>Waits until an answer is as it should be.</summary>
    internal async Task<JsonNode> UntilJsonAsync(string path, Func<JsonNode, bool> condition, string? token = null, int? port = null)
    {
        JsonNode? last = null;
        await UntilAsync($"{path} as expected", async () =>
        {
            var (status, body) = await GetJsonAsync(path, token, port);
            last = body;
            return status == HttpStatusCode.OK && condition(body);
        });
        return last!;
    }

    /// <summary>Makes a pod with a sidecar that can be tapped.</summary>
    internal async Task<TapSidecar> StartPodAsync(string namespaceName, string name, string address, StatsReport report)
    {
        await CreateInjectedPodAsync(namespaceName, name, address);
        return await TapSidecar.StartAsync(address, report, (await Admin.GetAsync(BuiltInEntities.Pods, name, namespaceName))!);
    }

    /// <summary>The status as the cluster has it.</summary>
    internal async Task<KafkaMonitorStatus?> StatusAsync(string namespaceName) =>
        MonitorReader.ReadStatus((await Admin.GetAsync(MonitorReader.Type, "orders", namespaceName))!);

    /// <summary>A report with something in every list, under hostile names.</summary>
    internal static StatsReport Full(string instance, long sequence, long requests, double uptime)
    {
        var report = Reports.Of(instance, sequence, requests, errors: requests / 10, uptime: uptime);
        return report with
        {
            ProxyVersion = "0.1.0",
            Apis =
            [
                report.Apis[0] with { ThrottleMilliseconds = requests, InFlight = 1, Unanswered = [new CountByReason("closed", 2)] },
                report.Apis[0] with { ApiKey = 1, Api = "Fetch", Errors = [] },
            ],
            Topics =
            [
                .. HostileNames.Select((name, i) => new TopicStats { Direction = "outbound", Api = i % 2 == 0 ? "Produce" : "Fetch", Topic = name, Records = requests * (i + 1), Bytes = requests * 100 * (i + 1) }),
            ],
            Groups = [.. HostileNames.Select((name, i) => new GroupStats(name, i + 1, sequence))],
            Clients = [.. HostileNames.Select(name => new ClientStats(name, "librdkafka", "2.3.0"))],
            Brokers = [new BrokerStats { Direction = "outbound", Address = "10.0.0.9:9092", Open = 2, Total = 3, ConnectErrors = 1 }],
            DecodeFailures = [new CountByReason("malformed_body", 3, "outbound")],
            SeriesDropped = new Dictionary<string, long> { ["topic_records_total"] = 4 },
        };
    }
}
