using KafkaMesh.Contracts.Monitors;
using KafkaMesh.Operator.Reconciliation;

namespace KafkaMesh.Operator.Tests.Reconciliation;

public sealed class StatusComparerTests
{
    private static readonly KafkaMonitorStatus Stored = new() { LastReportTime = "2026-11-24T00:00:00Z", Pods = new PodCounts { Selected = 1 } };

    [Theory]
    [InlineData("2026-11-24T00:00:00Z", 1, false)]
    [InlineData("2026-11-24T00:00:59Z", 1, false)]
    [InlineData("2026-11-24T00:01:00Z", 1, true)]
    [InlineData("2026-11-24T00:00:01Z", 2, true)]
    public void IsWorthWriting_TimeAlone_CountsByTheMinute(string time, int selected, bool expected) =>
        Assert.Equal(expected, StatusComparer.IsWorthWriting(Stored, Stored with { LastReportTime = time, Pods = new PodCounts { Selected = selected } }));

    [Fact]
    public void IsWorthWriting_NoStatusYet_Is() => Assert.True(StatusComparer.IsWorthWriting(stored: null, Stored));
}
