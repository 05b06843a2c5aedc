using System.Text;
using System.Text.Json;
using KafkaMesh.Contracts;
using KafkaMesh.Contracts.Stats;
using KafkaMesh.Operator.Stats;

namespace KafkaMesh.Operator.Tests.Stats;

public sealed class NameCacheTests
{
    private readonly ContractsJson _json = new(new JsonSerializerOptions(ContractsJson.Default.Options) { Converters = { new NameCache() } });

    [Fact]
    public void Read_NameThatWasReadBefore_IsTheSameObject()
    {
        var first = Read("""{"groups":[{"group":"orders","members":1,"rebalances":1}]}""");
        var second = Read("""{"groups":[{"group":"orders","members":2,"rebalances":2}]}""");

        Assert.Same(first.Groups.Single().Group, second.Groups.Single().Group);
    }

    [Theory]
    [InlineData("")]
    [InlineData("größe-😀")]
    [InlineData("a\\u0041\\n\\\"")]
    public void Read_AnyText_IsWhatTheSerializerReads(string text)
    {
        var longer = text + new string('x', 300);
        foreach (var name in (string[])[text, text, longer])
        {
            var json = $$"""{"groups":[{"group":"{{name}}","members":1,"rebalances":1}],"seriesDropped":{"{{name}}":1} }""";
            var expected = JsonSerializer.Deserialize(json, ContractsJson.Default.StatsReport)!;
            var read = Read(json);
            Assert.Equal(expected.Groups.Single(), read.Groups.Single());
            Assert.Equal(expected.SeriesDropped.Single(), read.SeriesDropped.Single());
        }
    }

    [Fact]
    public void Read_MoreNamesThanThereIsRoomFor_AreAllRight()
    {
        for (var i = 0; i < 100_000; i++)
            Assert.Equal($"g{i}", Read($$"""{"groups":[{"group":"g{{i}}","members":1,"rebalances":1}]}""").Groups.Single().Group);
    }

    [Theory]
    [InlineData("""{"groups":[{"group":null,"members":1,"rebalances":1}]}""")]
    [InlineData("""{"groups":[{"group":7,"members":1,"rebalances":1}]}""")]
    [InlineData("""{"instanceId":null}""")]
    [InlineData("{\"instanceId\":\"\u00ff\"}")]
    public void Read_WhatIsNoName_IsMalformed(string json)
    {
        // As bytes, so that one of them is no UTF-8.
        var bytes = Encoding.Latin1.GetBytes(json);
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize(bytes, ContractsJson.Default.StatsReport));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize(bytes, _json.StatsReport));
    }

    private StatsReport Read(string json) => JsonSerializer.Deserialize(json, _json.StatsReport)!;
}
