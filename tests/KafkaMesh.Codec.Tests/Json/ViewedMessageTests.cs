using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using KafkaMesh.Codec.Tests.Bodies;
using KafkaMesh.Codec.Tests.Generation;

namespace KafkaMesh.Codec.Tests.Json;

/// <summary>The view and the encoder of every version against what the schema itself says about random values.</summary>
public sealed class ViewedMessageTests
{
    private const int Seed = 20190601;
    private const int PerVersion = 8;

    [Fact]
    public void Write_RandomValuesOfEveryVersion_ShowsThemAll()
    {
        var random = new Random(Seed);
        foreach (var target in Target.All())
        {
            for (var i = 0; i < PerVersion; i++)
            {
                var (body, expected) = ViewedMessage.Make(random, target);
                var (error, json) = View.Of(target, body, JsonViewOptions.RecordData);
                Assert.Equal((target, DecodeError.None), (target, error));
                var view = JsonNode.Parse(json)!;
                LeaveOutSummaries(view);
                Assert.True(JsonNode.DeepEquals(expected, view), $"{target} {Convert.ToHexString(body)}\n{expected.ToJsonString()}\n{view.ToJsonString()}");
            }
        }
    }

    [Fact]
    public void Encode_RandomValuesOfEveryVersion_GivesTheirBytes()
    {
        var random = new Random(Seed + 1);
        foreach (var target in Target.All())
        {
            for (var i = 0; i < PerVersion; i++)
            {
                var (body, view) = ViewedMessage.Make(random, target);
                var output = new ArrayBufferWriter<byte>();
                var error = BodyEncoder.Encode(target.ApiKey, target.Version, target.Kind, JsonSerializer.SerializeToElement(view), output, out var place);
                Assert.Equal((target, EncodeError.None, ""), (target, error, place));
                Assert.Equal((target, Convert.ToHexString(body)), (target, Convert.ToHexString(output.WrittenSpan)));
            }
        }
    }

    /// <summary>What the view adds for reading.</summary>
    private static void LeaveOutSummaries(JsonNode? node)
    {
        if (node is JsonArray array)
        {
            foreach (var element in array) LeaveOutSummaries(element);
        }
        else if (node is JsonObject view)
        {
            foreach (var name in (string[])["batches", "end", "_subscription", "_assignment"]) view.Remove(name);
            foreach (var (_, child) in view) LeaveOutSummaries(child);
        }
    }
}
