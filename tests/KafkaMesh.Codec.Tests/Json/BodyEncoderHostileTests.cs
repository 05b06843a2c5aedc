using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using KafkaMesh.Codec.Tests.Bodies;
using KafkaMesh.Codec.Tests.Generation;

namespace KafkaMesh.Codec.Tests.Json;

/// <summary>Views that people or other programs wrote: whatever stands in them, the answer is bytes that decode or an error by name.</summary>
public sealed class BodyEncoderHostileTests
{
    private const int Seed = 20190602;
    private const string Mark = "put here";

    private static readonly string[] Values =
    [
        "null", "true", "-1", "1.5", "1e400", "-0", "340282366920938463463374607431768211456", "9223372036854775808", "\"\"", "\"x\"",
        "\"\\ud800\"", "\"AA==\"", "[]", "[null]", "[[]]", "{}", "{\"tag\":1}", "{\"\\udfff\":1}", "{\"data\":\"AA==\"}", "{\"a\":{\"a\":{\"a\":[]}}}",
    ];

    [Fact]
    public void Encode_ViewWithAnyValueAnywhere_IsBytesThatDecodeOrAnErrorWithItsPlace()
    {
        var random = new Random(Seed);
        foreach (var target in Target.All())
        {
            for (var i = 0; i < 12; i++)
            {
                var (_, view) = ViewedMessage.Make(random, target);
                var places = Places(view).ToList();
                var isRoot = places.Count == 0 || random.Next(20) == 0;
                if (!isRoot) random.GetItems(places.ToArray(), 1)[0](JsonValue.Create(Mark));
                var text = isRoot ? $"\"{Mark}\"" : view.ToJsonString();
                AssertAnswers(target, Encoding.UTF8.GetBytes(text.Replace($"\"{Mark}\"", random.GetItems(Values, 1)[0], StringComparison.Ordinal)));
            }
        }
    }

    [Fact]
    public void Encode_MutatedText_IsBytesThatDecodeOrAnErrorByName()
    {
        var random = new Random(Seed + 1);
        foreach (var target in Target.All())
        {
            var text = Encoding.UTF8.GetBytes(ViewedMessage.Make(random, target).View.ToJsonString());
            for (var i = 0; i < 8; i++)
            {
                var mutated = (byte[])text.Clone();
                for (var flips = random.Next(1, 4); flips > 0; flips--) mutated[random.Next(mutated.Length)] = (byte)random.Next(256);
                AssertAnswers(target, mutated.AsMemory(0, random.Next(4) == 0 ? random.Next(mutated.Length + 1) : mutated.Length));
            }
        }
    }

    /// <summary>A million tags in falling order must be sorted, not inserted one before the other.</summary>
    [Fact]
    public void Encode_ManyUnknownTags_TakesNoQuadraticTime()
    {
        const int count = 300_000;
        var tags = string.Join(',', Enumerable.Range(0, count).Select(i => $$"""{"tag":{{count - i}},"data":""}"""));
        var view = Encoding.UTF8.GetBytes($$"""{"throttleTimeMs":0,"errorCode":0,"_unknownTaggedFields":[{{tags}}]}""");
        var output = new ArrayBufferWriter<byte>();
        var started = TimeProvider.System.GetTimestamp();
        Assert.Equal(EncodeError.None, BodyEncoder.Encode(12, 4, MessageKind.Response, view, output, out _));
        Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(20));
        Assert.Equal(DecodeError.None, View.Of(new Target(12, 4, MessageKind.Response), output.WrittenSpan).Error);
    }

    private static void AssertAnswers(Target target, ReadOnlyMemory<byte> text)
    {
        var output = new ArrayBufferWriter<byte>();
        var error = BodyEncoder.Encode(target.ApiKey, target.Version, target.Kind, text, output, out var place);
        if (error == EncodeError.None)
        {
            Assert.Equal((target, DecodeError.None, ""), (target, View.Of(target, output.WrittenSpan).Error, place));
            return;
        }

        Assert.True(Enum.IsDefined(error));
        Assert.Equal(0, output.WrittenCount);
        var mayBeRoot = error is EncodeError.WrongType or EncodeError.InvalidText;
        Assert.True(place.Length > 0 || mayBeRoot, $"{target} {error} without a place: {Encoding.UTF8.GetString(text.Span)}");
    }

    /// <summary>Puts another value in each place of a view.</summary>
    private static IEnumerable<Action<JsonNode>> Places(JsonNode? node)
    {
        if (node is JsonObject view)
        {
            foreach (var name in view.Select(property => property.Key).ToList())
            {
                yield return value => view[name] = value;
                foreach (var inner in Places(view[name])) yield return inner;
            }
        }
        else if (node is JsonArray array)
        {
            for (var i = 0; i < array.Count; i++)
            {
                var index = i;
                yield return value => array[index] = value;
                foreach (var inner in Places(array[index])) yield return inner;
            }
        }
    }
}
