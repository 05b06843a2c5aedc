using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using KafkaMesh.Operator.Commands.Clusters;
using KafkaMesh.Operator.Commands.Taps;

namespace KafkaMesh.Operator.Tests.Commands.Taps;

/// <summary>Lines of a tap.</summary>
public sealed class TapFormatTests
{
    private static readonly TapFrame Request = new()
    {
        Time = new DateTimeOffset(2026, 1, 1, 12, 0, 0, 5, TimeSpan.Zero),
        Pod = "orders-1",
        Direction = "outbound",
        Connection = 3,
        Api = "Produce",
        ApiKey = 0,
        Version = 9,
        CorrelationId = 42,
        ClientId = "注文-\u202eclient",
        Size = 1234,
        Topics = ["orders", "a\u001b[2J\nb"],
        MoreTopics = 2,
    };

    private static readonly TapFrame Response = Request with
    {
        Time = Request.Time.AddMilliseconds(12),
        Size = 60,
        LatencyMilliseconds = 12.34,
        Errors = ["NOT_LEADER_OR_FOLLOWER"],
        Topics = [],
        MoreTopics = 0,
    };

    [Fact]
    public void Table_AnyExchange_KeepsItsColumnsAndCharacters()
    {
        var table = new TapTable(new TerminalStyle(IsRich: false), isWide: false, () => null);
        var text = table.Begin(["orders-1", "orders-22"], isOne: false) + table.Line(new(Request, Response)) + table.Line(new(Request, null)) + table.Line(new(null, Response with { Errors = null }));
        Assert.Equal(
            """
            TIME (UTC)    POD        CLIENT                API                   VER     OUT      IN  LATENCY  RESULT                    TOPICS
            12:00:00.017  orders-1   注文-�client          Produce                 9   1.23k      60   12.3ms  NOT_LEADER_OR_FOLLOWER    orders,a�[2J�b,+2
            12:00:00.005  orders-1   注文-�client          Produce                 9   1.23k       -        -  -                         orders,a�[2J�b,+2
            12:00:00.017  orders-1   注文-�client          Produce                 9       -      60   12.3ms  ok                        -

            """,
            text);
    }

    [Fact]
    public void Table_OnATerminal_CutsLinesToItAndColoursResults()
    {
        var table = new TapTable(new TerminalStyle(IsRich: true), isWide: false, () => 120);
        Assert.DoesNotContain("POD", table.Begin(["a"], isOne: true), StringComparison.Ordinal);
        var line = table.Line(new(Request with { Topics = [new string('x', 249)] }, Response));
        Assert.Contains("\u001b[31mNOT_LEADER_OR_FOLLOWER\u001b[0m", line.Replace("  \u001b[0m", "\u001b[0m", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.InRange(TextWidth.Of(line.Replace("\u001b[31m", "", StringComparison.Ordinal).Replace("\u001b[0m", "", StringComparison.Ordinal).TrimEnd('\n')), 1, 120);
        Assert.Contains("\u001b[33m-", table.Line(new(Request with { ClientId = null }, null)), StringComparison.Ordinal);
        Assert.Equal(12, new TapTable(new TerminalStyle(IsRich: false), isWide: true, () => 12).Line(new(Request, Response)).TrimEnd('\n').Length);
    }

    [Fact]
    public void Json_AnyExchange_IsOneObjectOnOneLine()
    {
        var line = new TapLines().Line(new(Request, Response));
        Assert.Equal(1, line.Count(c => c == '\n'));
        Assert.DoesNotContain('\u202e', line);
        var json = JsonNode.Parse(line)!;
        Assert.Equal("""["orders","a\u001B[2J\nb"]""", json["topics"]!.ToJsonString());
        Assert.Equal((1234, 60, 12.34, true, 42), (json["requestSize"]!.GetValue<long>(), json["responseSize"]!.GetValue<long>(), json["latencyMilliseconds"]!.GetValue<double>(), json["answered"]!.GetValue<bool>(), json["correlationId"]!.GetValue<int>()));
        Assert.Equal("注文-\u202eclient", json["clientId"]!.ToString());

        json = JsonNode.Parse(new TapLines().Line(new(Request with { ClientId = null }, null)))!;
        Assert.Equal((null, null, null, false), (json["responseSize"], json["latencyMilliseconds"], json["clientId"], json["answered"]!.GetValue<bool>()));
    }

    [Fact]
    public void Line_EveryCharacterThereIs_WritesNoneThatMovesTheCursor()
    {
        var all = string.Concat(Enumerable.Range(1, 0x10FFFF).Where(Rune.IsValid).Select(c => new Rune(c).ToString()));
        foreach (var part in all.Chunk(500).Select(c => new string(c)))
        {
            foreach (var line in new[] { new TapLines().Line(new(Request with { Topics = [part] }, null)), new TapTable(new TerminalStyle(IsRich: false), isWide: false, () => null).Line(new(Request with { Topics = [part] }, null)) })
                Assert.DoesNotContain(line[..^1].EnumerateRunes(), r => Rune.GetUnicodeCategory(r) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
        }
    }
}
