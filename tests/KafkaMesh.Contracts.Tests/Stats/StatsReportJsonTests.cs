using System.Reflection;
using System.Text.Json;
using KafkaMesh.Contracts.Stats;

namespace KafkaMesh.Contracts.Tests.Stats;

/// <summary>What a sidecar writes, an operator reads.</summary>
public sealed class StatsReportJsonTests
{
    [Fact]
    public void Deserialize_ReportWithUnansweredRequests_IsWhatWasWritten()
    {
        var report = new StatsReport
        {
            InstanceId = "a",
            Apis = [new ApiStats { Direction = "outbound", ApiKey = 1, Api = "Fetch", Requests = 4, Responses = 3, Unanswered = [new CountByReason("closed", 1)] }],
            DecodeFailures = [new CountByReason("trailing_bytes", 2, "outbound")],
        };

        var text = JsonSerializer.Serialize(report, ContractsJson.Default.StatsReport);
        var read = JsonSerializer.Deserialize(text, ContractsJson.Default.StatsReport)!;

        Assert.Contains("""{"reason":"closed","count":1}""", text, StringComparison.Ordinal);
        Assert.Contains("""{"direction":"outbound","reason":"trailing_bytes","count":2}""", text, StringComparison.Ordinal);
        Assert.Equal(report.Apis[0].Unanswered, read.Apis[0].Unanswered);
        Assert.Equal(report.DecodeFailures, read.DecodeFailures);
    }

    [Fact]
    public void Deserialize_ReportWithoutBrokers_HasNone()
    {
        var old = JsonSerializer.Deserialize("""{"schemaVersion":1,"instanceId":"a"}""", ContractsJson.Default.StatsReport)!;
        var broker = new BrokerStats { Direction = "outbound", Address = "10.0.0.7:9092", Open = 1, Total = 3, ConnectErrors = 2 };
        var text = JsonSerializer.Serialize(old with { Brokers = [broker] }, ContractsJson.Default.StatsReport);

        Assert.Empty(old.Brokers);
        Assert.Contains("""{"direction":"outbound","address":"10.0.0.7:9092","open":1,"total":3,"connectErrors":2}""", text, StringComparison.Ordinal);
        Assert.Equal(broker, JsonSerializer.Deserialize(text, ContractsJson.Default.StatsReport)!.Brokers.Single());
    }

    [Fact]
    public void Serialize_SeriesBeganAfterOthersMadeRoom_SaysSo()
    {
        var report = new StatsReport
        {
            InstanceId = "a",
            Topics = [new TopicStats { Direction = "outbound", Api = "Produce", Topic = "t", Since = 3, Records = 1 }, new TopicStats { Topic = "first" }],
            Groups = [new GroupStats("g", 2, 1) { Since = 4 }, new GroupStats("first", 0, 0)],
        };

        var text = JsonSerializer.Serialize(report, ContractsJson.Default.StatsReport);
        var read = JsonSerializer.Deserialize(text, ContractsJson.Default.StatsReport)!;

        Assert.Contains("""{"direction":"outbound","api":"Produce","topic":"t","since":3,"records":1,"bytes":0}""", text, StringComparison.Ordinal);
        Assert.Contains("""{"direction":"","api":"","topic":"first","records":0,"bytes":0}""", text, StringComparison.Ordinal);
        Assert.Contains("""{"group":"first","members":0,"rebalances":0}""", text, StringComparison.Ordinal);
        Assert.Equal(report.Topics, read.Topics);
        Assert.Equal(report.Groups, read.Groups);
    }

    // A null is left out when written, and a parameter without a default may not be left out when read.
    [Fact]
    public void Records_ParametersThatMayBeNull_HaveADefault()
    {
        var context = new NullabilityInfoContext();
        var required = typeof(StatsReport).Assembly.GetTypes()
            .Where(type => type is { IsPublic: true } && type.Namespace!.StartsWith("KafkaMesh.Contracts", StringComparison.Ordinal))
            .SelectMany(type => type.GetConstructors())
            .SelectMany(constructor => constructor.GetParameters())
            .Where(parameter => !parameter.HasDefaultValue && context.Create(parameter).WriteState == NullabilityState.Nullable)
            .Select(parameter => $"{parameter.Member.DeclaringType!.Name}.{parameter.Name}");

        Assert.Empty(required);
    }
}
