using KafkaMesh.Contracts.Monitors;
using KafkaMesh.Operator.Commands.Top;
using KafkaMesh.Operator.Dashboard.Views;

namespace KafkaMesh.Operator.Tests.Commands.Top;

/// <summary>Answers as the operator gives them.</summary>
internal static class TopTestData
{
    public static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>One monitor with APIs.</summary>
    public static TopData Of(params (string Api, double? Rate)[] apis) => Named("shop", "orders", apis);

    /// <summary>The same under another name.</summary>
    public static TopData Named(string space, string name, params (string Api, double? Rate)[] apis)
    {
        var monitor = new MonitorView(new MonitorSummaryView
        {
            Namespace = space,
            Name = name,
            Created = Now,
            Health = "Healthy",
            HealthText = "1 of 1 sidecars report.",
            Stale = false,
            LastReportTime = Now.AddSeconds(-5),
            IntervalSeconds = 15,
            Conditions = [],
            Pods = new PodCounts { Selected = 4, Reporting = 3 },
            Connections = new ConnectionCounts { Kafka = 2 },
            Traffic = Traffic(1500),
            TopApi = "Fetch 61%",
            Sparkline = [],
        })
        {
            Now = Now,
            Apis = [.. apis.Select((a, i) => new ApiView(i, a.Api, [new VersionView(9, 1)], 100 + i, 100, 2, 10, 20, 0, 0, 1, null, Traffic(a.Rate)))],
        };
        return new TopData(Now, [monitor], [monitor]);
    }

    private static TrafficView Traffic(double? rate) => new(rate, rate is null ? null : 0.02, 1, 2, rate is null ? null : 12.5, rate * 10, rate * 20, 0);
}
