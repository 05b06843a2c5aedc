using System.Buffers;
using System.Text;
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
    [InlineData("""{"key":"\ud800"}""", "key")]
    [InlineData("""{"\ud800":1}""", "")]
    [InlineData("""{"key":"\uFFFD","invalidStrings":1}""", "invalidStrings")]
    public void Encode_TextThatIsNoUtf8_IsInvalidText(string view, string place) =>
        Assert.Equal((EncodeError.InvalidText, place), Encode(new Target(10, 0, MessageKind.Request), view));

    [Theory]
    [InlineData("""{"\ud800":1}""")]
    [InlineData("""{"errorCode":35,"throttleTim\udc00":1,"apiKeys":[]}""")]
    public void Encode_ApiVersionsWithANameThatIsNoText_IsInvalidText(string view) =>
        Assert.Equal((EncodeError.InvalidText, ""), Encode(new Target(18, 2, MessageKind.Response), view));

    [Theory]
    [InlineData("""{"groups":[],"fetchOffset":1,"groupId":"g"}""", EncodeError.UnknownField, "groups")]
    [InlineData("""{"groupId":"g","groupId":"g","topics":[]}""", EncodeError.DuplicateField, "groupId")]
    [InlineData("""{"groupId":"g","topics":[{"name":"t","partitionIndexes":[0,1,2147483648]}]}""", EncodeError.OutOfRange, "topics[0].partitionIndexes[2]")]
    [InlineData("""{"groupId":"g","topics":[{"name":"t","partitionIndexes":[0,1.5]}]}""", EncodeError.OutOfRange, "topics[0].partitionIndexes[1]")]
    [InlineData("""{"groupId":"g","topics":[{"name":"t","partitionIndexes":[0,null]}]}""", EncodeError.UnexpectedNull, "topics[0].partitionIndexes[1]")]
    [InlineData("""{"groupId":"g","topics":[{"name":"t","partitionIndexes":[]},[]]}""", EncodeError.WrongType, "topics[1]")]
    [InlineData("""{"groupId":"g","topics":[{"name":"t\udc00","partitionIndexes":[]}]}""", EncodeError.InvalidText, "topics[0].name")]
    public void Encode_OffsetFetch_SaysWhereItIsWrong(string view, EncodeError error, string place) =>
        Assert.Equal((error, place), Encode(new Target(9, 0, MessageKind.Request), view));

    [Theory]
    [InlineData("{", "line 1, byte 2")]
    [InlineData("{\n \"key\": }", "line 2, byte 9")]
    [InlineData("", "line 1, byte 1")]
    public void Encode_TextThatIsNoJson_SaysWhere(string text, string place) =>
        Assert.Equal((EncodeError.MalformedJson, place), EncodeText(new Target(10, 0, MessageKind.Request), Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Encode_TextNestedDeep_IsMalformedJson() =>
        Assert.Equal(EncodeError.MalformedJson, EncodeText(new Target(10, 0, MessageKind.Request), Encoding.UTF8.GetBytes(new string('[', 1_000_000))).Error);

    [Theory]
    [InlineData("1e400", EncodeError.OutOfRange)]
    [InlineData("-1e400", EncodeError.OutOfRange)]
    [InlineData("\"1\"", EncodeError.WrongType)]
    [InlineData("\"-Infinity\"", EncodeError.None)]
    [InlineData("9007199254740993", EncodeError.None)]
    public void Encode_Float_TakesWhatADoubleHolds(string number, EncodeError error) => Assert.Equal(
        (error, error == EncodeError.None ? "" : "entries[0].ops[0].value"),
        Encode(new Target(49, 0, MessageKind.Request), $$"""{"entries":[{"entity":[],"ops":[{"key":"k","value":{{number}},"remove":false}]}],"validateOnly":false}"""));

    [Theory]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAA", EncodeError.None)]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAB", EncodeError.NotBase64)]
    [InlineData("AAAAAAAAAAAAAAAAAAAAA", EncodeError.NotBase64)]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAA", EncodeError.NotBase64)]
    [InlineData("AAAAAAAAAAAAAAAAAAAA+/", EncodeError.NotBase64)]
    [InlineData("", EncodeError.NotBase64)]
    public void Encode_Uuid_IsSixteenBytesOfBase64Url(string uuid, EncodeError error)
    {
        var view = $$"""{"replicaId":-1,"maxWaitMs":0,"minBytes":0,"maxBytes":0,"isolationLevel":0,"sessionId":0,"sessionEpoch":0,"topics":[{"topicId":"{{uuid}}","partitions":[]}],"forgottenTopicsData":[],"rackId":""}""";
        Assert.Equal((error, error == EncodeError.None ? "" : "topics[0].topicId"), Encode(new Target(1, 13, MessageKind.Request), view));
    }

    /// <summary>The bytes are not nullable here, whatever stands around them; base64 alone is what Kafka's own JSON has for them.</summary>
    [Theory]
    [InlineData("""{"sizeInBytes":0,"data":null}""", EncodeError.UnexpectedNull, ".data")]
    [InlineData("""{"sizeInBytes":0,"date":""}""", EncodeError.UnknownField, ".date")]
    [InlineData("""{"data":"?"}""", EncodeError.NotBase64, ".data")]
    [InlineData("""{"recordsSizeInBytes":0}""", EncodeError.UnknownField, ".recordsSizeInBytes")]
    [InlineData("null", EncodeError.UnexpectedNull, "")]
    [InlineData("\"AQI=\"", EncodeError.None, null)]
    public void Encode_UnalignedRecords_SaysWhatIsWrong(string records, EncodeError error, string? place)
    {
        var view = $$"""{"throttleTimeMs":0,"errorCode":0,"topics":[{"name":"t","partitions":[{"index":0,"errorCode":0,"snapshotId":{"endOffset":0,"epoch":0},"size":0,"position":0,"unalignedRecords":{{records}}}]}]}""";
        Assert.Equal((error, place is null ? "" : "topics[0].partitions[0].unalignedRecords" + place), Encode(new Target(59, 0, MessageKind.Response), view));
    }

    /// <summary>An answer in version 0 to a request of a later one (KIP-511) comes back as the bytes it was.</summary>
    [Theory]
    [InlineData(1, "0023 00000001 0012 0000 0003")]
    [InlineData(4, "0023 00000001 0012 0000 0003")]
    [InlineData(2, "0023 00000001 0012 0000 0003 00000007")]
    [InlineData(3, "0023 02 0012 0000 0003 00 00000007 00")]
    [InlineData(4, "0023 00000000")]
    public void Encode_ApiVersionsWithError35_HoldsTheLaw(short version, string hex)
    {
        var target = new Target(18, version, MessageKind.Response);
        var body = Convert.FromHexString(hex.Replace(" ", ""));
        var (error, view) = View.Of(target, body);
        Assert.Equal(DecodeError.None, error);
        Assert.DoesNotContain("trailingBytes", view, StringComparison.Ordinal);
        Assert.Equal(body, EncodeValid(target, view));
    }

    [Fact]
    public void Encode_BytesThatAreNoBase64_IsNamed() =>
        Assert.Equal((EncodeError.NotBase64, "authBytes"), Encode(new Target(36, 0, MessageKind.Request), """{"authBytes":"?"}"""));

    [Fact]
    public void Encode_UnknownTagTwice_IsNamed() => Assert.Equal(
        (EncodeError.DuplicateTag, "_unknownTaggedFields[1].tag"),
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

    private static (EncodeError Error, string Place) EncodeText(Target target, byte[] text)
    {
        var output = new ArrayBufferWriter<byte>();
        var error = BodyEncoder.Encode(target.ApiKey, target.Version, target.Kind, text, output, out var place);
        Assert.True(error == EncodeError.None || output.WrittenCount == 0);
        return (error, place);
    }

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
