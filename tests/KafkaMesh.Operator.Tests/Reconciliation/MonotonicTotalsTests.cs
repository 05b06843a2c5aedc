using KafkaMesh.Contracts.Monitors;
using KafkaMesh.Operator.Reconciliation;

namespace KafkaMesh.Operator.Tests.Reconciliation;

public sealed class MonotonicTotalsTests
{
    [Fact]
    public void Apply_NewLeaderKnowsLess_ShowsWhatWasShown()
    {
        var shown = new KafkaMonitorStatus
        {
            ApiKeys = [new() { ApiKey = 0, Requests = 100, Responses = 90 }, new() { ApiKey = 1, Requests = 5 }],
            Topics = [new() { Name = "t", RecordsIn = 7 }],
        };
        var known = new KafkaMonitorStatus { ApiKeys = [new() { ApiKey = 0, Requests = 80, Responses = 95 }], Topics = [new() { Name = "t", RecordsIn = 6, RecordsOut = 2 }] };

        var next = MonotonicTotals.Apply(known, shown);

        Assert.Equal([(0, 100, 95), (1, 5, 0)], next.ApiKeys!.Select(a => (a.ApiKey, (int)a.Requests, (int)a.Responses)));
        Assert.Equal((7, 2), (next.Topics!.Single().RecordsIn, next.Topics!.Single().RecordsOut));
    }
}
