using System.Text.Json.Nodes;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Kubernetes.Watching;
using KafkaMesh.Operator.Reconciliation;

namespace KafkaMesh.Operator.Tests.Reconciliation;

public sealed class MonitorReaderTests
{
    [Theory]
    [InlineData("""{"metadata":{"generation":1},"status":{}}""", """{"metadata":{"generation":1},"status":{"lastReportTime":"x"}}""", false)]
    [InlineData("""{"metadata":{"generation":1}}""", """{"metadata":{"generation":2}}""", true)]
    [InlineData("""{"metadata":{}}""", """{"metadata":{}}""", true)]
    public void IsMoreThanStatus_Modified_IsByTheGeneration(string old, string now, bool expected) =>
        Assert.Equal(expected, MonitorReader.IsMoreThanStatus(Change(WatchEventType.Modified, old, now)));

    [Fact]
    public void IsMoreThanStatus_AddedOrDeleted_Is()
    {
        Assert.True(MonitorReader.IsMoreThanStatus(Change(WatchEventType.Added, null, """{"metadata":{"generation":1}}""")));
        Assert.True(MonitorReader.IsMoreThanStatus(Change(WatchEventType.Deleted, """{"metadata":{"generation":1}}""", """{"metadata":{"generation":1}}""")));
    }

    private static ResourceChange<JsonObject> Change(WatchEventType type, string? old, string? now) =>
        new(type, new NamespacedName("n", "m"), Parse(old), Parse(now));

    private static JsonObject? Parse(string? json) => json is null ? null : (JsonObject)JsonNode.Parse(json)!;
}
