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

    [Fact]
    public void Apply_NewLeaderKnowsNothingOfWhatWasAmongTheTop_KeepsItInItsPlace()
    {
        var shown = new KafkaMonitorStatus
        {
            Errors = [new() { ApiKey = 0, Error = "A", Count = 50 }, new() { ApiKey = 1, Error = "B", Count = 5 }],
            Topics = [new() { Name = "gone", BytesIn = 10 }],
            Groups = [new() { Name = "g", Members = 3, Rebalances = 9 }],
        };
        var known = new KafkaMonitorStatus
        {
            Errors = [.. Enumerable.Range(0, 20).Select(i => new ErrorStatus { ApiKey = 2, Error = $"E{i:d2}", Count = 30 - i })],
            Topics = [new() { Name = "t", BytesIn = 20 }],
        };

        var next = MonotonicTotals.Apply(known, shown);

        Assert.Equal(["A", "E00", "E18"], [next.Errors![0].Error, next.Errors[1].Error, next.Errors[^1].Error]);
        Assert.Equal(20, next.Errors.Count);
        Assert.Equal(["t", "gone"], next.Topics!.Select(t => t.Name));
        Assert.Equal(new GroupStatus { Name = "g", Members = 0, Rebalances = 9 }, Assert.Single(next.Groups!));
    }
}
