using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using KafkaMesh.Codec;
using KafkaMesh.Proxy.Commands;
using KafkaMesh.Proxy.Decode;
using KafkaMesh.Proxy.Tests.Support;

namespace KafkaMesh.Proxy.Tests.Decode;

public class BodyFileTests
{
    [Theory]
    [InlineData("12\t4\tresponse\t00000000001b00", """{"apiKey":12,"version":4,"kind":"response","body":{"throttleTimeMs":0,"errorCode":27}}""")]
    [InlineData("18\t0\trequest\t", """{"apiKey":18,"version":0,"kind":"request","body":{}}""")]
    [InlineData("12\t4\tresponse\t0000", """{"error":"line 1: Truncated at throttleTimeMs in response version 4 of API key 12"}""")]
    [InlineData("12\t99\tresponse\t00", """{"error":"line 1: UnknownVersion in response version 99 of API key 12: versions 0 to 4 are known"}""")]
    [InlineData("12\t4", """{"error":"line 1: 2 columns where four are wanted, tab-separated: apiKey, version, request or response, hex"}""")]
    [InlineData("x\t4\tresponse\t00", """{"error":"line 1: the first column is no API key: a number from -32768 to 32767 is wanted"}""")]
    [InlineData("12\t99999\tresponse\t00", """{"error":"line 1: the second column is no version: a number from -32768 to 32767 is wanted"}""")]
    [InlineData("12\t4\treply\t00", """{"error":"line 1: the third column is neither request nor response"}""")]
    [InlineData("12\t4\tresponse\t000", """{"error":"line 1: the fourth column has an odd number of digits: 3"}""")]
    [InlineData("12\t4\tresponse\t000g", """{"error":"line 1: the fourth column is not hex: character 4 is none of the digits 0-9, a-f and A-F"}""")]
    [InlineData("12\t4\tresponse\t00g", """{"error":"line 1: the fourth column is not hex: character 3 is none of the digits 0-9, a-f and A-F"}""")]
    [InlineData("12\t4\tresponse\t00 00", """{"error":"line 1: the fourth column is not hex: character 3 is none of the digits 0-9, a-f and A-F"}""")]
    [InlineData("12\t4\tresponse\t0000000000FF00", """{"apiKey":12,"version":4,"kind":"response","body":{"throttleTimeMs":0,"errorCode":255}}""")]
    [InlineData("93\t0\trequest\t", """{"error":"line 1: UnknownVersion in request version 0 of API key 93: API keys 0 to 92 are known"}""")]
    [InlineData("-1\t0\trequest\t", """{"error":"line 1: UnknownVersion in request version 0 of API key -1: API keys 0 to 92 are known"}""")]
    [InlineData("# a comment", """{"error":"line 1: 1 column where four are wanted, tab-separated: apiKey, version, request or response, hex"}""")]
    [InlineData("12\t4\tresponse\t00\t", """{"error":"line 1: 5 columns where four are wanted, tab-separated: apiKey, version, request or response, hex"}""")]
    [InlineData("", """{"error":"line 1: empty where four columns are wanted: apiKey, version, request or response, hex"}""")]
    [InlineData("3\t0\trequest\t000000020001610002", """{"error":"line 1: LengthBeyondFrame at topics[1].name in request version 0 of API key 3"}""")]
    public void Run_Frames_WritesOneLineEach(string line, string expected) => Assert.Equal(expected + "\n", RunFrames(line + "\n"));

    private const string Valid = "12\t4\tresponse\t00000000000000";
    private const string View = """{"apiKey":12,"version":4,"kind":"response","body":{"throttleTimeMs":0,"errorCode":0}}""";

    /// <summary>Line n of the output answers line n of the file, whatever stands in it.</summary>
    [Fact]
    public void Run_FramesWithFaults_GoesOnAndKeepsCount()
    {
        var lines = RunFrames($"\ufeff{Valid}\r\n\n#\r\n{Valid}\r{Valid}\n\r\n{Valid}\t\n\0\u2028\n{Valid}").Split('\n');
        Assert.Equal(9, lines.Length);
        Assert.Equal("", lines[^1]);
        Assert.All([0, 7], i => Assert.Equal(View, lines[i]));
        for (var i = 1; i < 7; i++) Assert.StartsWith($$"""{"error":"line {{i + 1}}: """, lines[i], StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_PiecesOfAnySize_GiveTheSameLines()
    {
        var content = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat($"{Valid}\n\r\n{Valid}\r\nx\n", 20)) + Valid);
        var whole = Decode(new Pieces(content, content.Length));
        Assert.Equal(81, whole.Count(character => character == '\n'));
        foreach (var size in (int[])[1, 2, 7, 31, 32, 33, 100]) Assert.Equal(whole, Decode(new Pieces(content, size)));
    }

    /// <summary>What a program wrote into the pipe is answered before it writes on.</summary>
    [Fact]
    public void Decode_InputThatWaits_IsAnsweredSoFar()
    {
        using var output = new StringWriter();
        var flushed = new List<string>();
        using var writer = new FlushedWriter(output, () => flushed.Add(output.ToString()));
        using var bodies = new BodyFile(writer, JsonViewOptions.None);
        bodies.Decode(new Pieces(Encoding.ASCII.GetBytes($"{Valid}\n{Valid}\n"), Valid.Length + 1));
        Assert.Equal(["", $"{View}\n", $"{View}\n{View}\n"], flushed.Take(3));
    }

    [Fact]
    public void Decode_LineOfMegabytes_IsDecodedUpToTheLimit()
    {
        var longest = "36\t0\trequest\t" + (BodyFile.MaxBody - 4).ToString("x8", CultureInfo.InvariantCulture) + new string('A', 2 * (BodyFile.MaxBody - 4));
        var lines = RunFrames($"{longest}\n{longest}{new string('A', 100)}\n{Valid}\n").Split('\n');
        Assert.Equal(4, lines.Length);
        Assert.Equal(BodyFile.MaxBody - 4, JsonDocument.Parse(lines[0]).RootElement.GetProperty("body").GetProperty("authBytes").GetBytesFromBase64().Length);
        Assert.Equal($$"""{"error":"line 2: longer than {{(2 * BodyFile.MaxBody) + 64}} bytes: bodies of up to {{BodyFile.MaxBody}} bytes are decoded"}""", lines[1]);
        Assert.Equal(View, lines[2]);
    }

    [Fact]
    public void Run_FramesOfADirectory_SaysSo()
    {
        using var error = new StringWriter();
        Assert.Equal(64, new DecodeCommand().Run(["--frames", Path.GetTempPath()], new CommandConsole(TextWriter.Null, error, new Dictionary<string, string>())));
        Assert.EndsWith(" may not be read, or is a directory\n", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void DecodeBodies_StreamThatFails_SaysSoAfterWhatWasRead()
    {
        using var output = new StringWriter();
        var content = Encoding.ASCII.GetBytes($"{Valid}\n{Valid}");
        var error = DecodeCommand.DecodeBodies(new Pieces(content, 10) { FailsAtEnd = true }, new DecodeSettings("-", [], Summary: false, Frames: true), output);
        Assert.Equal(("cannot be read to its end", $"{View}\n"), (error, output.ToString()));
    }

    [Fact]
    public void Run_FramesWithRecords_AddsTheirBytes()
    {
        const string produce = "0\t0\trequest\t0001000000090000000100017400000001000000000000000201ff\n";
        Assert.DoesNotContain("data\":\"", RunFrames(produce));
        Assert.Contains("\"data\":\"Af8=\"", RunFrames(produce, "--records"));
    }

    /// <summary>A Produce request of magic 0: one message with a key that is no text.</summary>
    [Fact]
    public void Run_FramesWithContent_ShowsTheRecords()
    {
        const string message = "0000000000000007" + "00000010" + "2396 4af7" + "0000" + "ffffffff" + "00000002" + "00ee";
        var line = "0\t0\trequest\t0001 00000009 00000001 000174 00000001 00000000 0000001c".Replace(" ", "") + message.Replace(" ", "") + "\n";
        Assert.DoesNotContain("content", RunFrames(line));
        Assert.Contains("""content":[{"offset":7,"timestamp":-1,"key":null,"valueBase64":"AO4=","headers":[]}]}""", RunFrames(line, "--content"));
        Assert.Contains("""content":[],"contentError":"ChecksumMismatch"}""", RunFrames(line.Replace("00ee", "00ef"), "--content"));
    }

    /// <summary>The library is hidden from a process of its own, in a mount namespace of its own.</summary>
    [Fact]
    public void Run_FramesWithContentWithoutZstandard_SaysThatTheLibraryIsAbsent()
    {
        // A batch of magic 2 with attributes 4 around an empty Zstandard frame.
        const string batch = "0000000000000000" + "0000003a" + "00000000" + "02" + "00000000" + "0004" + "00000000" + "0000000000000000" + "0000000000000000"
            + "ffffffffffffffff" + "ffff" + "ffffffff" + "00000000" + "28b52ffd2000010000";
        var bytes = Convert.FromHexString(batch);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(17), Castagnoli(bytes.AsSpan(21)));
        var line = $"0\t3\trequest\tffff0001000000090000000100017400000001000000000000{bytes.Length:x4}{Convert.ToHexString(bytes)}\n";
        Assert.Contains("""content":[]}""", RunFrames(line, "--content"));

        using var proxy = Process.Start(new ProcessStartInfo(
            "unshare",
            ["--mount", "sh", "-c", $"for f in $(ldconfig -p | sed -n 's/.*libzstd.so.1 .*=> //p'); do mount --bind /dev/null $(readlink -f $f); done; exec dotnet {typeof(DecodeCommand).Assembly.Location} decode --frames - --content"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        proxy.StandardInput.Write(line);
        proxy.StandardInput.Close();
        Assert.Contains("""content":[],"contentError":"CompressionUnavailable"}""", proxy.StandardOutput.ReadToEnd());
        proxy.WaitForExit();
        Assert.Equal(0, proxy.ExitCode);
    }

    [Theory]
    [InlineData("--frames", "--summary")]
    [InlineData("--summary", "--body")]
    [InlineData("--records")]
    [InlineData("--content")]
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

    private static uint Castagnoli(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var next in bytes) crc = BitOperations.Crc32C(crc, next);
        return ~crc;
    }

    private static string Decode(Stream input)
    {
        using var output = new StringWriter();
        using var bodies = new BodyFile(output, JsonViewOptions.None);
        bodies.Decode(input);
        return output.ToString();
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
