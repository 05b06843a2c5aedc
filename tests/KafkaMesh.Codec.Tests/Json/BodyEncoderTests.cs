using System.Buffers;
using System.Text.Json;
using KafkaMesh.Codec.Tests.Bodies;
using KafkaMesh.Codec.Tests.Generation;

namespace KafkaMesh.Codec.Tests.Json;

public sealed class BodyEncoderTests
{
    private const int Seed = 20190529;

    private static readonly Target FetchRequest = new(1, 12, MessageKind.Request);

    /// <summary>
    /// A random body may hold what no encoder writes (a boolean of 7), so the laws start from what the encoder makes of its view: encode(decode(bytes)) = bytes, and decode(encode(x)) = x.
    /// </summary>
    [Fact]
    public void Encode_ViewOfRandomBodyOfEveryVersion_HoldsBothLaws()
    {
        var random = new Random(Seed);
        foreach (var target in Target.All())
        {
            for (var i = 0; i < 6; i++)
            {
                var (error, view) = View.Of(target, RandomMessage.Make(random, target), JsonViewOptions.RecordData);
                Assert.Equal((target, DecodeError.None), (target, error));
                var bytes = EncodeValid(target, view);
                Assert.Equal((target, view), (target, View.Of(target, bytes, JsonViewOptions.RecordData).Json));
                Assert.Equal(bytes, EncodeValid(target, view));
                Assert.Equal(DecodeStatus.Done, Decoded.Read(target, bytes).Status);
            }
        }
    }

    /// <summary>Bytes of random bodies with canonical values come back as they were, tags that hold a default among them.</summary>
    [Fact]
    public void Encode_ViewOfCanonicalBody_GivesTheSameBytes()
    {
        var random = new Random(Seed + 1);
        foreach (var target in Target.All())
        {
            for (var i = 0; i < 6; i++)
            {
                var bytes = RandomMessage.MakeCanonical(random, target);
                var (error, view) = View.Of(target, bytes, JsonViewOptions.RecordData);
                Assert.Equal((target, DecodeError.None), (target, error));
                Assert.Equal((target, Convert.ToHexString(bytes)), (target, Convert.ToHexString(EncodeValid(target, view))));
            }
        }
    }

    [Fact]
    public void Encode_RecordsWithoutData_IsNamed()
    {
        var body = new WireWriter().Int16(1).Int32(9).Int32(1).String("t").Int32(1).Int32(0).Int32(2).Raw(1, 2).ToArray();
        var target = new Target(0, 0, MessageKind.Request);
        Assert.Equal((EncodeError.RecordsWithoutData, "topicData[0].partitionData[0].records"), Encode(target, View.Of(target, body).Json));
    }

    [Theory]
    [InlineData("""{"groupId":"g","generationId":1,"memberId":"m"}""", EncodeError.None, "")]
    [InlineData("""{"groupId":"g","generationId":1}""", EncodeError.MissingField, "memberId")]
    [InlineData("""{"groupId":"g","generationId":1,"memberId":"m","x":1}""", EncodeError.UnknownField, "x")]
    [InlineData("""{"groupId":"g","generationId":"1","memberId":"m"}""", EncodeError.WrongType, "generationId")]
    [InlineData("""{"groupId":"g","generationId":2147483648,"memberId":"m"}""", EncodeError.OutOfRange, "generationId")]
    [InlineData("""{"groupId":null,"generationId":1,"memberId":"m"}""", EncodeError.UnexpectedNull, "groupId")]
    [InlineData("[]", EncodeError.WrongType, "")]
    public void Encode_Heartbeat_SaysWhatIsWrong(string view, EncodeError error, string place) =>
        Assert.Equal((error, place), Encode(new Target(12, 0, MessageKind.Request), view));

    [Fact]
    public void Encode_StringOfManyBytes_IsTooLong() =>
        Assert.Equal((EncodeError.StringTooLong, "key"), Encode(new Target(10, 0, MessageKind.Request), $$"""{"key":"{{new string('a', 32768)}}"}"""));

    [Theory]
    [InlineData("""{"key":"\ud800"}""")]
    [InlineData("""{"\ud800":1}""")]
    public void Encode_HalfASurrogatePair_IsInvalidText(string view) =>
        Assert.Equal((EncodeError.InvalidText, ""), Encode(new Target(10, 0, MessageKind.Request), view));

    [Fact]
    public void Encode_BytesThatAreNoBase64_IsNamed() =>
        Assert.Equal((EncodeError.NotBase64, "authBytes"), Encode(new Target(36, 0, MessageKind.Request), """{"authBytes":"?"}"""));

    [Fact]
    public void Encode_UnknownTagTwice_IsNamed() => Assert.Equal(
        (EncodeError.DuplicateTag, "_unknownTaggedFields.tag"),
        Encode(new Target(12, 4, MessageKind.Response), """{"throttleTimeMs":0,"errorCode":0,"_unknownTaggedFields":[{"tag":9,"data":""},{"tag":9,"data":""}]}"""));

    [Fact]
    public void Encode_TaggedFieldsAndUnknownTags_AreSentAscendingWhenTheyStandInTheView()
    {
        const string start = "ffffffff0000000100000001000000010000000000ffffffff010101";
        var view = View.Of(FetchRequest, Convert.FromHexString(start + "02" + "00020263" + "0901ff")).Json;
        Assert.Equal(start + "0200020263" + "0901ff", Convert.ToHexStringLower(EncodeValid(FetchRequest, view)));
        var isNull = view.Replace("\"clusterId\":\"c\"", "\"clusterId\":null", StringComparison.Ordinal);
        Assert.Equal(start + "02000100" + "0901ff", Convert.ToHexStringLower(EncodeValid(FetchRequest, isNull)));
        var absent = view.Replace("\"clusterId\":\"c\",", "", StringComparison.Ordinal);
        Assert.Equal(start + "010901ff", Convert.ToHexStringLower(EncodeValid(FetchRequest, absent)));
    }

    [Fact]
    public void Encode_UnknownVersion_SaysSo() => Assert.Equal((EncodeError.UnknownVersion, ""), Encode(new Target(3, 99, MessageKind.Request), "{}"));

    private static byte[] EncodeValid(Target target, string view)
    {
        using var document = JsonDocument.Parse(view);
        var output = new ArrayBufferWriter<byte>();
        var error = BodyEncoder.Encode(target.ApiKey, target.Version, target.Kind, document.RootElement, output, out var place);
        Assert.Equal((target, EncodeError.None, ""), (target, error, place));
        return output.WrittenSpan.ToArray();
    }

    private static (EncodeError Error, string Place) Encode(Target target, string view)
    {
        using var document = JsonDocument.Parse(view);
        var output = new ArrayBufferWriter<byte>();
        var error = BodyEncoder.Encode(target.ApiKey, target.Version, target.Kind, document.RootElement, output, out var place);
        Assert.True(error == EncodeError.None || output.WrittenCount == 0);
        return (error, place);
    }
}
