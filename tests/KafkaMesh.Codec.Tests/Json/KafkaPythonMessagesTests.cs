using System.Buffers;
using System.Diagnostics;
using System.Text.Json;
using KafkaMesh.Codec.Tests.Bodies;

namespace KafkaMesh.Codec.Tests.Json;

/// <summary>Another implementation's bodies: kafka-python writes every message that it knows, and the view must show what was put in, field by field.</summary>
public sealed class KafkaPythonMessagesTests
{
    private const int Classes = 180;
    private const int Messages = 179;
    private const int PerMessage = 5;

    /// <summary>
    /// What kafka-python 2.0.2 has otherwise than Kafka defines it: an epoch of eight bytes (ListOffsets 4, 5), plain lengths in flexible
    /// versions (DescribeAcls 2), record errors beside the partitions (Produce 8), no throttle time (FindCoordinator 1), authorized
    /// operations beside the groups (DescribeGroups 3).
    /// </summary>
    private static readonly Target[] Faults =
    [
        new(2, 4, MessageKind.Request), new(2, 5, MessageKind.Request), new(29, 2, MessageKind.Request), new(29, 2, MessageKind.Response),
        new(0, 8, MessageKind.Response), new(10, 1, MessageKind.Response), new(15, 3, MessageKind.Response),
    ];

    public static TheoryData<int> Seeds => [1, 2, 20190603];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Write_MessagesOfKafkaPython_ShowWhatWasPutIn(int seed)
    {
        var lines = WriteMessages(seed);
        var targets = new HashSet<Target>();
        foreach (var line in lines)
        {
            using var document = JsonDocument.Parse(line);
            var message = document.RootElement;
            var kind = message.GetProperty("kind").GetString() == "request" ? MessageKind.Request : MessageKind.Response;
            var target = new Target(message.GetProperty("apiKey").GetInt16(), message.GetProperty("version").GetInt16(), kind);
            targets.Add(target);
            if (!Faults.Contains(target)) AssertShown(target, message);
        }

        Assert.Equal(Messages, targets.Count);
        Assert.Equal(Classes * PerMessage, lines.Length);
    }

    private static void AssertShown(Target target, JsonElement message)
    {
        var name = $"{message.GetProperty("class")} {message.GetProperty("hex")}";
        var body = Convert.FromHexString(message.GetProperty("hex").GetString()!);
        var (error, json) = View.Of(target, body, JsonViewOptions.RecordData);
        Assert.Equal((name, DecodeError.None), (name, error));
        using var view = JsonDocument.Parse(json);
        var shown = JsonSerializer.SerializeToElement(Values(view.RootElement));
        Assert.True(JsonElement.DeepEquals(message.GetProperty("values"), shown), $"{name} should be\n{message.GetProperty("values")}\nand is\n{shown}");
        Assert.Equal((name, DecodeStatus.Done, 0), (name, Decoded.Read(target, body).Status, Decoded.Read(target, body).TrailingBytes));

        var encoded = new ArrayBufferWriter<byte>();
        Assert.Equal((name, EncodeError.None), (name, BodyEncoder.Encode(target.ApiKey, target.Version, target.Kind, view.RootElement, encoded, out _)));
        Assert.Equal(Convert.ToHexString(body), Convert.ToHexString(encoded.WrittenSpan));
    }

    /// <summary>The values without their names, as they come on the wire, lists behind their number; truth is 0 or 1, of records there are their bytes.</summary>
    private static IEnumerable<object> Values(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object when element.TryGetProperty("sizeInBytes", out _) => [element.GetProperty("data")],
        JsonValueKind.Object => element.EnumerateObject().Where(property => property.Name[0] != '_').SelectMany(property => Values(property.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Values).Prepend(element.GetArrayLength()),
        JsonValueKind.True or JsonValueKind.False => [element.GetBoolean() ? 1 : 0],
        _ => [element],
    };

    private static string[] WriteMessages(int seed)
    {
        var script = Path.Combine(Repository.Root, "tests", "KafkaMesh.Codec.Tests", "Json", "write_messages.py");
        using var python = Process.Start(new ProcessStartInfo("/usr/bin/python3", [script, $"{seed}"]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = python.StandardError.ReadToEndAsync();
        var lines = python.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        python.WaitForExit();
        Assert.True(python.ExitCode == 0, $"write_messages.py needs the Debian package that its first lines name: {errors.Result}");
        return lines;
    }
}
