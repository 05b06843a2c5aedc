using System.Text.Json;
using KafkaMesh.Contracts;
using KafkaMesh.Contracts.Stats;
using KafkaMesh.Operator.Stats;

namespace KafkaMesh.Operator.Tests.Stats;

public sealed class StatsReportValidatorTests
{
    [Theory]
    [InlineData("""{"schemaVersion":2,"instanceId":"i"}""")]
    [InlineData("""{"instanceId":""}""")]
    [InlineData("""{"instanceId":"i","uptimeSeconds":-1}""")]
    [InlineData("""{"instanceId":"i","apis":[null]}""")]
    [InlineData("""{"instanceId":"i","topics":[null]}""")]
    [InlineData("""{"instanceId":"i","apis":[{"requests":-1}]}""")]
    [InlineData("""{"instanceId":"i","apis":[{"requests":9223372036854775807}]}""")]
    [InlineData("""{"instanceId":"i","apis":[{"versions":[null]}]}""")]
    [InlineData("""{"instanceId":"i","apis":[{"errors":[{"code":1,"error":"E","count":-5}]}]}""")]
    [InlineData("""{"instanceId":"i","apis":[{"latency":[{"result":"all","histogram":{"count":1,"buckets":[99999,1]}}]}]}""")]
    [InlineData("""{"instanceId":"i","apis":[{"latency":[{"result":"all","histogram":{"count":1,"buckets":[5,1,5,1]}}]}]}""")]
    [InlineData("""{"instanceId":"i","apis":[{"latency":[{"result":"all","histogram":{"count":1,"buckets":[-1,1]}}]}]}""")]
    [InlineData("""{"instanceId":"i","apis":[{"latency":[{"result":"all","histogram":{"count":1,"buckets":[1]}}]}]}""")]
    [InlineData("""{"instanceId":"i","topics":[{"topic":"","records":1}]}""")]
    [InlineData("""{"instanceId":"i","connections":[{"open":-1}]}""")]
    [InlineData("""{"instanceId":"i","brokers":[null]}""")]
    [InlineData("""{"instanceId":"i","brokers":[{"address":""}]}""")]
    [InlineData("""{"instanceId":"i","brokers":[{"address":"10.0.0.1:9092","open":-1}]}""")]
    [InlineData("""{"instanceId":"i","clients":[null]}""")]
    [InlineData("""{"instanceId":"i","decodeFailures":[null]}""")]
    [InlineData("""{"instanceId":"i","decodeFailures":[{"reason":"r","count":-1}]}""")]
    [InlineData("""{"instanceId":"i","apis":[{"unanswered":[null]}]}""")]
    [InlineData("""{"instanceId":"i","seriesDropped":{"m":-1}}""")]
    public void Check_HostileReport_IsRefused(string json)
    {
        var report = JsonSerializer.Deserialize(json, ContractsJson.Default.StatsReport)!;

        Assert.NotNull(StatsReportValidator.Check(report, previous: null));
        Assert.NotNull(new StatsLedger().Record("pod", report));
    }

    [Fact]
    public void Check_CountersGoBackwardsWithinAnInstance_IsRefused()
    {
        var ledger = new StatsLedger();
        Assert.Null(ledger.Record("pod", Reports.Of("i", 1, 10)));

        Assert.Contains("backwards", ledger.Record("pod", Reports.Of("i", 2, 9)), StringComparison.Ordinal);
        Assert.Equal(10, ledger.Totals().Apis.Single().Requests);
    }

    [Fact]
    public void Check_OrdinaryReport_IsBelieved() => Assert.Null(StatsReportValidator.Check(Reports.Of("i", 1, 10, errors: 1), previous: null));

    [Fact]
    public void Contracts_AbsentProperties_KeepTheirDefaults()
    {
        var spec = JsonSerializer.Deserialize("""{"sidecar":{},"report":{},"metrics":{"topics":{}}}""", ContractsJson.Default.KafkaMonitorSpec)!;

        Assert.Equal([WellKnownNames.KafkaPort], spec.Ports);
        Assert.Equal(("Annotation", "Outbound", "Redirect", "Ignore"), (spec.Injection, spec.Direction, spec.Capture, spec.FailurePolicy));
        Assert.Equal(("Auto", 15, true), (spec.Sidecar!.Mode, spec.Report!.IntervalSeconds, spec.Metrics!.Topics!.Enabled));
    }
}
