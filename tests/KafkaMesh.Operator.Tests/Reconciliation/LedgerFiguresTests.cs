using KafkaMesh.Operator.Reconciliation;
using KafkaMesh.Operator.Stats;
using KafkaMesh.Operator.Tests.Stats;

namespace KafkaMesh.Operator.Tests.Reconciliation;

public sealed class LedgerFiguresTests
{
    private readonly StatsLedger _ledger = new();

    [Fact]
    public void Rates_TwoReports_AreOverTheSidecarsLastInterval()
    {
        Take("a", Reports.Of("i1", 1, 1000, uptime: 1000));
        Take("a", Reports.Of("i1", 2, 1050, errors: 5, uptime: 1010));

        var status = Figures("a").Meter.ToStatus(0);

        Assert.Equal((5, 0.1, 250, 500), (status.RequestsPerSecond, status.ErrorRatio, status.BytesInPerSecond, status.BytesOutPerSecond));
    }

    [Fact]
    public void Rates_FirstReportOfAnOldSidecar_HasNoPresentRate()
    {
        Take("a", Reports.Of("i1", 1, 1_000_000, uptime: 100_000));
        Take("b", Reports.Of("i2", 1, 60, uptime: 6));

        Assert.Equal(10, Figures("a", "b").Meter.ToStatus(0).RequestsPerSecond);
    }

    [Fact]
    public void Figures_SilentSidecar_CountsInTotalsAndMembersOnly()
    {
        Take("a", Reports.Of("i1", 1, 10));
        Take("b", Reports.Of("i2", 1, 20));

        var figures = Figures("a");

        Assert.Equal(30, figures.Totals.Apis.Single().Requests);
        Assert.Equal(1, figures.Meter.ToStatus(0).RequestsPerSecond);
        Assert.Equal((2, 1, 0), (figures.Connections.Kafka, figures.Connections.Tls, figures.Connections.Opaque));
        Assert.Equal((2, 0), (figures.MembersOf("g"), figures.MembersOf("other")));
    }

    /// <summary>What is neither Kafka nor TLS is undecoded, also a verdict that only newer sidecars have.</summary>
    [Theory]
    [InlineData("opaque")]
    [InlineData("server_first")]
    [InlineData("a verdict of tomorrow")]
    public void Figures_OtherVerdicts_CountAsOpaque(string protocol)
    {
        Take("a", Reports.Of("i1", 1, 10) with { Connections = [new() { Direction = "outbound", Protocol = protocol, Open = 4, Total = 5 }] });

        var connections = Figures("a").Connections;

        Assert.Equal((0, 0, 4), (connections.Kafka, connections.Tls, connections.Opaque));
    }

    [Fact]
    public void Rates_SidecarsThatLieAboutLargeCounts_AreNoFailure()
    {
        for (var i = 0; i < 2000; i++)
            Take($"pod-{i}", Reports.Of($"i{i}", 1, StatsReportValidator.MaxCounter / 100) with { UptimeSeconds = 1 });

        var status = Figures([.. Enumerable.Range(0, 2000).Select(i => $"pod-{i}")]).Meter.ToStatus(0);

        Assert.True(status.RequestsPerSecond > 0);
    }

    private LedgerFigures Figures(params string[] reporting) => new(_ledger, reporting.ToHashSet());

    private void Take(string pod, Contracts.Stats.StatsReport report) => Assert.Null(_ledger.Record(pod, report));
}
