using System.IO.Pipelines;
using System.Text;
using KafkaMesh.Kubernetes.Tests.Infrastructure;
using KafkaMesh.Operator.Dashboard.Taps;

namespace KafkaMesh.Operator.Tests.Dashboard;

/// <summary>Events as they come from a pod, of which nothing is known.</summary>
public sealed class TapEventReaderTests
{
    private const string Events = ":\n\nevent: request\ndata: {\"a\":1}\n\nevent: nodata\n\n\n\ndata: no name\n\nevent: response\ndata: {}\n\nevent: cut\nda";

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(1000)]
    public async Task Read_AnyFragmentation_GivesTheSameEvents(int piece)
    {
        var pipe = new Pipe();
        var reader = new TapEventReader(pipe.Reader.AsStream(), TimeProvider.System);
        var writing = Task.Run(async () =>
        {
            foreach (var part in Encoding.UTF8.GetBytes(Events).Chunk(piece))
            {
                await pipe.Writer.WriteAsync(part);
                await pipe.Writer.FlushAsync();
            }
            await pipe.Writer.CompleteAsync();
        });
        var seen = new List<string>();
        while (await reader.ReadAsync(CancellationToken.None) is { } read)
            seen.Add($"{read.Name} {Encoding.UTF8.GetString(read.Data.Span)}");
        await writing;
        Assert.Equal(["request {\"a\":1}", "response {}"], seen);
    }

    [Fact]
    public async Task Read_EventWithoutEnd_IsBounded()
    {
        var reader = new TapEventReader(new MemoryStream(Encoding.UTF8.GetBytes("data: " + new string('x', 10 * TapEventReader.MaxEventBytes))), TimeProvider.System);
        await Assert.ThrowsAsync<InvalidDataException>(() => reader.ReadAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Read_SilentForTooLong_IsBrokenOff()
    {
        var pipe = new System.IO.Pipelines.Pipe();
        var time = new ManualTimeProvider();
        var reading = new TapEventReader(pipe.Reader.AsStream(), time, TimeSpan.FromSeconds(15)).ReadAsync(CancellationToken.None);
        time.Advance(TimeSpan.FromSeconds(14));
        Assert.False(reading.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("nothing came for 15 s", (await Assert.ThrowsAsync<IOException>(() => reading)).Message);
    }

    [Theory]
    [InlineData("""{"pod":"forged","a":"<\u202e"}""", """{"pod":"a","a":"\u003C\u202E"}""")]
    [InlineData("""{}""", """{"pod":"a"}""")]
    [InlineData("""[1]""", null)]
    [InlineData("""{"a":1""", null)]
    [InlineData("""{"a":{"b":{"c":{"d":{"e":{"f":{"g":{"h":{"i":{"j":{"k":{"l":{"m":{"n":{"o":{"p":{"q":1}}}}}}}}}}}}}}}}}""", null)]
    public void WithPod_AnyJson_IsWrittenAnewOrRefused(string json, string? expected) =>
        Assert.Equal(expected, TapJson.WithPod(Encoding.UTF8.GetBytes(json), "a") is { } written ? Encoding.UTF8.GetString(written) : null);

    [Theory]
    [InlineData("""{"count":5}""", 5)]
    [InlineData("""{"count":-5}""", 0)]
    [InlineData("""{"count":1e300}""", 0)]
    [InlineData("""{"count":"5"}""", 0)]
    [InlineData("""nothing""", 0)]
    public void CountOf_AnyJson_IsACount(string json, long expected) => Assert.Equal(expected, TapJson.CountOf(Encoding.UTF8.GetBytes(json)));
}
