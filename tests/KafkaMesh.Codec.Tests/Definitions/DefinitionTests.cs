using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using KafkaMesh.Codec.Tests.Bodies;
using KafkaMesh.Codec.Tests.Generation;
using KafkaMesh.Codec.Tests.Json;

namespace KafkaMesh.Codec.Tests.Definitions;

/// <summary>
/// The tables against Kafka's own definitions, read by code that shares nothing with the schema tool or the codec: bodies of all
/// versions, what metrics are told of them, and their full view.
/// </summary>
public sealed class DefinitionTests
{
    private const int Seed = 20190826;
    private const int PerTarget = 12;

    [Fact]
    public void Versions_OfEveryApi_AreThoseThatKafkaDefines()
    {
        var definitions = new KafkaDefinitions(KafkaLayers.FindOrSkip());
        foreach (var kind in new[] { MessageKind.Request, MessageKind.Response })
        {
            var ours = Target.All().Where(target => target.Kind == kind).Select(target => (target.ApiKey, (int)target.Version));
            Assert.Equal(definitions.Versions(kind).Order(), ours.Order());
        }

        Assert.All(Target.All(), target => Assert.Equal(
            (target, KafkaDefinitions.Contains(definitions.Find(target), "flexibleVersions", target.Version)),
            (target, KafkaSchema.IsFlexible(target.ApiKey, target.Version))));
    }

    [Fact]
    public void Read_BodyOfEveryVersionFromItsDefinition_TellsWhatItHolds()
    {
        var definitions = new KafkaDefinitions(KafkaLayers.FindOrSkip());
        var random = new Random(Seed);
        foreach (var target in Target.All())
        {
            for (var i = 0; i < PerTarget; i++)
            {
                var body = DefinitionMessage.Make(random, definitions, target);
                var (status, trailing, told, errors) = Read(target, body.Bytes, i == 0 ? int.MaxValue : random.Next(1, 60));
                Assert.Equal((target, DecodeStatus.Done, 0), (target, status, trailing));
                Assert.True(body.Told.SequenceEqual(told), $"{target} should tell\n  {string.Join("\n  ", body.Told)}\nand tells\n  {string.Join("\n  ", told)}");
                Assert.True(body.Errors.SequenceEqual(errors), $"{target} has\n  {string.Join("\n  ", body.Errors)}\nand places\n  {string.Join("\n  ", errors)}");
            }
        }
    }

    [Fact]
    public void Write_BodyOfEveryVersionFromItsDefinition_ShowsEveryField()
    {
        var definitions = new KafkaDefinitions(KafkaLayers.FindOrSkip());
        var random = new Random(Seed + 1);
        foreach (var target in Target.All())
        {
            for (var i = 0; i < PerTarget; i++)
            {
                var body = DefinitionMessage.Make(random, definitions, target);
                var (error, json) = View.Of(target, body.Bytes);
                Assert.True(error == DecodeError.None, $"{target}: {error} in {Convert.ToHexString(body.Bytes)}");
                using var actual = JsonDocument.Parse(json);
                using var expected = JsonDocument.Parse(body.View.ToJsonString());
                Assert.True(JsonElement.DeepEquals(expected.RootElement, actual.RootElement), $"{target} should be\n{expected.RootElement}\nand is\n{json}");
            }
        }
    }

    [Fact]
    public void Read_NullWhereTheVersionAllowsNone_IsUnexpectedNull()
    {
        var definitions = new KafkaDefinitions(KafkaLayers.FindOrSkip());
        var random = new Random(Seed + 3);
        var tried = new HashSet<Target>();
        foreach (var target in Target.All())
        {
            for (var i = 0; i < PerTarget; i++)
            {
                if (DefinitionMessage.MakeWithNull(random, definitions, target) is not { } body) continue;
                tried.Add(target);
                var decoded = Decoded.Read(target, body);
                Assert.Equal((target, DecodeStatus.Failed, DecodeError.UnexpectedNull), (target, decoded.Status, decoded.Error));
                Assert.Equal(decoded, Decoded.Read(target, body, _ => 1));
                Assert.Equal((target, DecodeError.UnexpectedNull), (target, View.Of(target, body).Error));
            }
        }

        // The others have numbers only, or no field that may not be null.
        Assert.InRange(tried.Count, 600, 722);
    }

    [Theory]
    [InlineData("ConsumerProtocolSubscription", "_subscription")]
    [InlineData("ConsumerProtocolAssignment", "_assignment")]
    public void Write_ConsumerProtocolOfEveryVersion_ShowsEveryField(string name, string shown)
    {
        var definitions = new KafkaDefinitions(KafkaLayers.FindOrSkip());
        var random = new Random(Seed + 2);
        for (short version = 0; version <= 3; version++)
        {
            for (var i = 0; i < PerTarget; i++)
            {
                var body = DefinitionMessage.MakeConsumerProtocol(random, definitions, name, version);
                AssertShown(body.View, Carriers(name, body.Bytes), shown);

                // Later versions only add fields behind what version 3 has (KIP-848).
                if (version < 3) continue;
                body.View["version"] = 4;
                AssertShown(body.View, Carriers(name, [0, 4, .. body.Bytes.AsSpan(2), 1, 2, 3]), shown);
            }
        }
    }

    /// <summary>The messages that carry such bytes.</summary>
    private static IEnumerable<(Target Target, byte[] Body)> Carriers(string name, byte[] bytes)
    {
        WireWriter Carried(WireWriter wire) => wire.Int32(bytes.Length).Raw(bytes);
        if (name == "ConsumerProtocolSubscription")
        {
            yield return (new Target(11, 5, MessageKind.Request), Carried(new WireWriter().String("g").Int32(1).Int32(1).String("m").Int16(-1).String("consumer").Int32(1).String("range")).ToArray());
            yield return (new Target(11, 5, MessageKind.Response), Carried(new WireWriter().Int32(0).Int16(0).Int32(1).String("range").String("m").String("m").Int32(1).String("m").Int16(-1)).ToArray());
            yield return (new Target(15, 0, MessageKind.Response), Carried(Described()).Int32(0).ToArray());
        }
        else
        {
            yield return (new Target(14, 3, MessageKind.Request), Carried(new WireWriter().String("g").Int32(1).String("m").Int16(-1).Int32(1).String("m")).ToArray());
            yield return (new Target(14, 3, MessageKind.Response), Carried(new WireWriter().Int32(0).Int16(0)).ToArray());
            yield return (new Target(15, 0, MessageKind.Response), Carried(Described().Int32(0)).ToArray());
        }

        WireWriter Described() => new WireWriter().Int32(1).Int16(0).String("g").String("Stable").String("consumer").String("range").Int32(1).String("m").String("c").String("/h");
    }

    private static void AssertShown(JsonObject expected, IEnumerable<(Target Target, byte[] Body)> carriers, string name)
    {
        foreach (var (target, body) in carriers)
        {
            var (error, json) = View.Of(target, body);
            Assert.Equal((target, DecodeError.None), (target, error));
            var at = json.IndexOf($"\"{name}\":", StringComparison.Ordinal);
            Assert.True(at > 0, $"{target} shows no {name} of {expected.ToJsonString()} in {json}");
            var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json[(at + name.Length + 3)..]));
            using var actual = JsonDocument.ParseValue(ref reader);
            using var wanted = JsonDocument.Parse(expected.ToJsonString());
            Assert.True(JsonElement.DeepEquals(wanted.RootElement, actual.RootElement), $"{target} should be\n{wanted.RootElement}\nand is\n{actual.RootElement}");
        }
    }

    private static (DecodeStatus Status, int TrailingBytes, List<string> Told, List<string> Errors) Read(Target target, ReadOnlySpan<byte> body, int pieceLength)
    {
        var told = new List<string>();
        var errors = new List<PlacingSink.Error>();
        var sink = new PlacingSink(told, errors);
        var reader = new BodyReader();
        Assert.True(reader.TryStart(target.ApiKey, target.Version, target.Kind, body.Length));
        DecodeStatus status;
        do
        {
            var piece = body[..Math.Min(body.Length, pieceLength)];
            status = reader.Read(piece, ref sink);
            body = body[piece.Length..];
        }
        while (status == DecodeStatus.NeedMoreData && !body.IsEmpty);

        return (status, reader.TrailingBytes, told, [.. errors.Select(error => $"{error}").Order(StringComparer.Ordinal)]);
    }
}
