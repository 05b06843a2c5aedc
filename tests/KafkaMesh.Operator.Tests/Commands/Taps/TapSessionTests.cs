using System.Text;
using KafkaMesh.Operator.Commands.Clusters;
using KafkaMesh.Operator.Commands.OperatorApi;
using KafkaMesh.Operator.Commands.Taps;

namespace KafkaMesh.Operator.Tests.Commands.Taps;

/// <summary>Streams of an operator that is none, or of sidecars that are none.</summary>
public sealed class TapSessionTests
{
    private const string Frame = "\"time\":\"2026-01-01T00:00:00.002Z\",\"pod\":\"a\",\"direction\":\"outbound\",\"connection\":1,\"api\":\"Produce\",\"apiKey\":0,\"version\":9,\"correlationId\":1,"
        + "\"clientId\":\"c\\u202e\\u001b[2J\",\"size\":100,\"topics\":[\"orders\\n\"],\"moreTopics\":1";

    private const string Stream = "event: pods\ndata: {\"pods\":[\"a\\u0007\"],\"more\":2}\n\nevent: request\ndata: {" + Frame + "}\n\n:\n\nevent: lost\ndata: {\"count\":5}\n\nevent: response\ndata: {" + Frame
        + ",\"latencyMilliseconds\":2,\"errors\":[\"UNKNOWN\\r\"]}\n\nevent: left\ndata: {\"pod\":\"a\",\"reason\":\"unreachable\"}\n\nevent: end\ndata: {\"reason\":\"unreachable\"}\n\n";

    private static readonly TapTarget Monitor = new("monitors", "orders");

    [Fact]
    public async Task Follow_WholeStream_WritesPairsAndSaysWhyItEnded()
    {
        var (lines, notes) = (new List<string>(), new List<string>());
        var session = Session(new TapLines(), lines, notes, sample: 10);

        Assert.Equal("unreachable", await session.FollowAsync(new MemoryStream(Encoding.UTF8.GetBytes(Stream)), Monitor, TestContext.Current.CancellationToken));

        Assert.Equal(["note: one request in 10 is shown, with its response; the others are left out and not counted", "note: 2 more pods of the KafkaMonitor are left out; tap them by name", "note: 5 requests and responses are left out so far: more pass than a tap shows; a filter or a larger --sample shows fewer", "note: pod a left: its sidecar does not answer any more"], notes);
        Assert.Equal(2, lines.Count);
        Assert.Equal("1 requests in 0 s, 1 with errors, 0 without a response that was seen; one in 10 was asked for, the others were not counted; of those 5 requests and responses were left out: more passed than a tap shows", session.Summary());
    }

    [Fact]
    public async Task Follow_LossAfterLoss_IsSaidOnceInAWhile()
    {
        var notes = new List<string>();
        var session = Session(new TapLines(), [], notes);
        var events = string.Concat(Enumerable.Repeat("event: lost\ndata: {\"count\":1}\n\n", 1000)) + "event: end\ndata: {}\n\n";

        await session.FollowAsync(new MemoryStream(Encoding.UTF8.GetBytes(events)), Monitor, TestContext.Current.CancellationToken);

        Assert.Equal(["note: 1 request or response is left out so far: more pass than a tap shows; a filter or --sample shows fewer"], notes);
        Assert.EndsWith("; 1000 requests and responses were left out: more passed than a tap shows", session.Summary(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[1]")]
    [InlineData("nothing")]
    [InlineData("{\"clientId\":\"\\ud800\"}")]
    [InlineData("{\"connection\":1e300}")]
    public async Task Follow_EventThatIsNone_IsLeftOut(string data)
    {
        var lines = new List<string>();
        var session = Session(new TapLines(), lines, []);
        var events = Encoding.UTF8.GetBytes($"event: response\ndata: {data}\n\nevent: end\ndata: {{}}\n\n");

        Assert.Equal("time", await session.FollowAsync(new MemoryStream(events), Monitor, TestContext.Current.CancellationToken));

        Assert.Empty(lines);
        Assert.EndsWith("; 1 requests and responses were left out: more passed than a tap shows", session.Summary(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"pod\":null,\"direction\":null,\"api\":null,\"topics\":[null],\"errors\":[null]}")]
    public async Task Follow_EventWithNothingInIt_IsALineAllTheSame(string data)
    {
        foreach (var format in new ITapFormat[] { new TapLines(), new TapTable(new TerminalStyle(IsRich: false), isWide: true, () => null) })
        {
            var lines = new List<string>();
            var session = Session(format, lines, []);
            await session.FollowAsync(new MemoryStream(Encoding.UTF8.GetBytes($"event: response\ndata: {data}\n\nevent: end\ndata: {{}}\n\n")), Monitor, TestContext.Current.CancellationToken);
            Assert.EndsWith("\n", Assert.Single(lines), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Follow_AnyBytes_EndsInOrderAndWritesNothingThatMovesTheCursor()
    {
        var random = new Random(1);
        var whole = Encoding.UTF8.GetBytes(Stream);
        for (var run = 0; run < 3000; run++)
        {
            var bytes = whole[..random.Next(whole.Length + 1)];
            for (var flips = random.Next(8); flips > 0 && bytes.Length > 0; flips--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            var lines = new List<string>();
            var session = Session(run % 2 == 0 ? new TapLines() : new TapTable(new TerminalStyle(IsRich: false), isWide: run % 3 == 0, () => null), lines, []);
            try
            {
                await session.FollowAsync(new MemoryStream(bytes), Monitor, TestContext.Current.CancellationToken);
            }
            catch (TapBrokenException error)
            {
                Assert.StartsWith("the connection to the operator was lost: ", error.Message, StringComparison.Ordinal);
            }
            session.Summary();
            Assert.All(lines.Where(l => l.Length > 0), l => Assert.True(l.EndsWith('\n') && !l[..^1].Any(c => char.IsControl(c) || c is '\u202e' or '\u2028'), l));
        }
    }

    private static TapSession Session(ITapFormat format, List<string> lines, List<string> notes, int sample = 1) => new(
        format,
        text =>
        {
            lines.Add(text);
            return true;
        },
        notes.Add,
        sample,
        long.MaxValue,
        TimeProvider.System);
}
