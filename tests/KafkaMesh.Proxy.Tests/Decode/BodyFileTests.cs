using System.Text.Json;
using KafkaMesh.Proxy.Commands;
using KafkaMesh.Proxy.Decode;
using KafkaMesh.Proxy.Tests.Support;

namespace KafkaMesh.Proxy.Tests.Decode;

public class BodyFileTests
{
    [Theory]
    [InlineData("12\t4\tresponse\t00000000001b00", """{"apiKey":12,"version":4,"kind":"response","body":{"throttleTimeMs":0,"errorCode":27}}""")]
    [InlineData("18\t0\trequest\t", """{"apiKey":18,"version":0,"kind":"request","body":{}}""")]
    [InlineData("12\t4\tresponse\t0000", """{"error":"line 1: Truncated in response version 4 of API key 12"}""")]
    [InlineData("12\t99\tresponse\t00", """{"error":"line 1: UnknownVersion in response version 99 of API key 12"}""")]
    [InlineData("12\t4", """{"error":"line 1: 2 columns where four are wanted: apiKey, version, request or response, hex"}""")]
    [InlineData("x\t4\tresponse\t00", """{"error":"line 1: the first column is no API key: a number from -32768 to 32767 is wanted"}""")]
    [InlineData("12\t99999\tresponse\t00", """{"error":"line 1: the second column is no version: a number from -32768 to 32767 is wanted"}""")]
    [InlineData("12\t4\treply\t00", """{"error":"line 1: the third column is neither request nor response"}""")]
    [InlineData("12\t4\tresponse\t000", """{"error":"line 1: the fourth column is not hex: an even number of the digits 0-9 and a-f is wanted"}""")]
    [InlineData("12\t4\tresponse\t0g", """{"error":"line 1: the fourth column is not hex: an even number of the digits 0-9 and a-f is wanted"}""")]
    public void Run_Frames_WritesOneLineEach(string line, string expected) => Assert.Equal(expected + "\n", RunFrames(line + "\n"));

    [Fact]
    public void Run_FramesWithFaults_GoesOn()
    {
        var lines = RunFrames("12\t4\tresponse\t0000\n\n12\t4\tresponse\t00000000000000\n").Split('\n');
        Assert.Equal(["""{"error":"line 1: Truncated in response version 4 of API key 12"}""", """{"apiKey":12,"version":4,"kind":"response","body":{"throttleTimeMs":0,"errorCode":0}}""", ""], lines);
    }

    [Fact]
    public void Run_FramesWithRecords_AddsTheirBytes()
    {
        const string produce = "0\t0\trequest\t0001000000090000000100017400000001000000000000000201ff\n";
        Assert.DoesNotContain("data\":\"", RunFrames(produce));
        Assert.Contains("\"data\":\"Af8=\"", RunFrames(produce, "--records"));
    }

    [Theory]
    [InlineData("--frames", "--summary")]
    [InlineData("--summary", "--body")]
    [InlineData("--records")]
    public void Run_FlagsThatExclude_AreRefused(params string[] flags)
    {
        using var error = new StringWriter();
        var code = new DecodeCommand().Run([.. flags, "file"], new CommandConsole(TextWriter.Null, error, new Dictionary<string, string>()));
        Assert.Equal(64, code);
        Assert.Contains(flags[0], error.ToString(), StringComparison.Ordinal);
        Assert.Single(error.ToString().TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public void Run_CaptureWithBody_AddsTheViewToEveryLine()
    {
        var path = Path.Combine(TestPaths.Captures, "kcat1.7.1_lrd2.0.2-kafka4.1.0.pcap");
        using var output = new StringWriter();
        var code = new DecodeCommand().Run([path, "--body"], new CommandConsole(output, TextWriter.Null, new Dictionary<string, string>()));
        Assert.Equal(0, code);
        var lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        var frames = lines.Where(line => line.GetProperty("kind").GetString() is "request" or "response").ToList();
        Assert.NotEmpty(frames);
        Assert.All(frames, line => Assert.Equal(JsonValueKind.Object, line.GetProperty("body").ValueKind));
        var produce = frames.First(line => line.GetProperty("apiKey").GetInt32() == 0 && line.GetProperty("kind").GetString() == "request").GetProperty("body");
        Assert.True(produce.GetProperty("topicData")[0].GetProperty("partitionData")[0].GetProperty("records").GetProperty("batches")[0].GetProperty("records").GetInt32() > 0);
    }

    private static string RunFrames(string content, params string[] flags)
    {
        var directory = Directory.CreateTempSubdirectory();
        try
        {
            var file = Path.Combine(directory.FullName, "bodies.tsv");
            File.WriteAllText(file, content);
            using var output = new StringWriter();
            Assert.Equal(0, new DecodeCommand().Run(["--frames", .. flags, file], new CommandConsole(output, TextWriter.Null, new Dictionary<string, string>())));
            return output.ToString().ReplaceLineEndings("\n");
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }
}
