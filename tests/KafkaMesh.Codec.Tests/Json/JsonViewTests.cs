using System.Buffers.Binary;
using System.IO.Compression;
using System.Text.Json;
using KafkaMesh.Codec.Tests.Bodies;
using KafkaMesh.Codec.Tests.Generation;

namespace KafkaMesh.Codec.Tests.Json;

public sealed class JsonViewTests
{
    private const int Seed = 20190528;

    [Fact]
    public void Write_Heartbeat_SpellsNamesAsKafkaDoes() => Assert.Equal(
        """{"groupId":"g","generationId":3,"memberId":"m","groupInstanceId":null}""",
        View.Of(12, 4, MessageKind.Request, "02 67 00000003 02 6d 00 00"));

    [Fact]
    public void Write_TrailingBytes_CountsThem() => Assert.Equal(
        """{"throttleTimeMs":0,"errorCode":27,"trailingBytes":2}""",
        View.Of(12, 4, MessageKind.Response, "00000000 001b 00 0102"));

    [Fact]
    public void Write_UnknownTag_KeepsItsBytes() => Assert.Equal(
        """{"throttleTimeMs":0,"errorCode":0,"_unknownTaggedFields":[{"tag":200,"data":"AQI="}]}""",
        View.Of(12, 4, MessageKind.Response, "00000000 0000 01 c801 02 0102"));

    [Fact]
    public void Write_KnownTag_IsAField()
    {
        Assert.Contains("\"clusterId\":\"c\"", View.Of(1, 12, MessageKind.Request, "ffffffff 00000001 00000001 00000001 00 00000000 ffffffff 01 01 01 01 00 02 02 63"));
        Assert.Contains("\"clusterId\":null", View.Of(1, 12, MessageKind.Request, "ffffffff 00000001 00000001 00000001 00 00000000 ffffffff 01 01 01 01 00 01 00"));
        Assert.DoesNotContain("clusterId", View.Of(1, 12, MessageKind.Request, "ffffffff 00000001 00000001 00000001 00 00000000 ffffffff 01 01 01 00"));
    }

    [Fact]
    public void Write_TagLongerThanItsValue_IsTagSizeMismatch()
    {
        var body = Convert.FromHexString("ffffffff00000001000000010000000100" + "00000000ffffffff010101" + "01" + "0003026300");
        Assert.Equal(DecodeError.TagSizeMismatch, View.Of(new Target(1, 12, MessageKind.Request), body).Error);
    }

    [Fact]
    public void Write_ApiVersionsFallback_IsReadAsVersion0() => Assert.Equal(
        """{"errorCode":35,"apiKeys":[{"apiKey":18,"minVersion":0,"maxVersion":3}]}""",
        View.Of(18, 4, MessageKind.Response, "0023 00000001 0012 0000 0003"));

    [Fact]
    public void Write_Records_AreSummedUp()
    {
        var batch = new WireWriter().Batch(5, 0x14, 3, [1, 2]).ToArray();
        var body = new WireWriter().Int16(-1).Int16(1).Int32(9).Int32(1).String("t").Int32(1).Int32(0).Int32(batch.Length + 3).Raw(batch).Raw(1, 2, 3).ToArray();
        var (error, json) = View.Of(new Target(0, 3, MessageKind.Request), body, JsonViewOptions.RecordData);
        Assert.Equal(DecodeError.None, error);
        var records = JsonDocument.Parse(json).RootElement.GetProperty("topicData")[0].GetProperty("partitionData")[0].GetProperty("records");
        Assert.Equal(
            """[{"baseOffset":5,"sizeInBytes":63,"records":3,"magic":2,"compression":"zstd","transactional":true,"control":false}]""",
            records.GetProperty("batches").GetRawText());
        Assert.Equal((66, "partialBatch"), (records.GetProperty("sizeInBytes").GetInt32(), records.GetProperty("end").GetString()));
        Assert.Equal([.. batch, 1, 2, 3], records.GetProperty("data").GetBytesFromBase64());
    }

    /// <summary>Thousands of fields that each stay within a limit of their own would fill the memory together.</summary>
    [Fact]
    public void Write_ContentOfManyBombs_SharesOneLimit()
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.SmallestSize, leaveOpen: true)) gzip.Write(new byte[24 << 20]);
        var bomb = new WireWriter().Batch(0, 1, 0, compressed.ToArray()).ToArray();
        BinaryPrimitives.WriteUInt32BigEndian(bomb.AsSpan(17), Crc32.Castagnoli(bomb.AsSpan(21)));
        var body = new WireWriter().Int16(-1).Int16(1).Int32(9).Int32(1).String("t").Int32(4);
        for (var partition = 0; partition < 4; partition++) body.Int32(partition).Int32(bomb.Length).Raw(bomb);
        var (error, json) = View.Of(new Target(0, 3, MessageKind.Request), body.ToArray(), JsonViewOptions.RecordContent);
        Assert.Equal(DecodeError.None, error);
        var errors = JsonDocument.Parse(json).RootElement.GetProperty("topicData")[0].GetProperty("partitionData").EnumerateArray()
            .Select(partition => partition.GetProperty("records").GetProperty("contentError").GetString());
        Assert.Equal(["MalformedRecord", "MalformedRecord", "TooLarge", "TooLarge"], errors);
    }

    [Fact]
    public void Write_ConsumerMetadata_IsShownBesideItsBytes()
    {
        var subscription = Convert.FromHexString("0000" + "00000001" + "0001" + "74" + "00000000");
        var body = new WireWriter().String("g").Int32(1).String("").String("consumer").Int32(1).String("range").Int32(subscription.Length).Raw(subscription).ToArray();
        var (_, json) = View.Of(new Target(11, 0, MessageKind.Request), body);
        Assert.EndsWith(""","_subscription":{"version":0,"topics":["t"],"userData":""}}]}""", json, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_ConnectMetadata_IsBytesOnly()
    {
        var subscription = Convert.FromHexString("0000" + "00000001" + "0001" + "74" + "00000000");
        var body = new WireWriter().String("g").Int32(1).String("").String("connect").Int32(1).String("x").Int32(subscription.Length).Raw(subscription).ToArray();
        Assert.DoesNotContain("_subscription", View.Of(new Target(11, 0, MessageKind.Request), body).Json);
    }

    [Fact]
    public void Write_InvalidUtf8_IsShownWithReplacementsAndCounted() => Assert.Equal(
        """{"key":"\uFFFD","invalidStrings":1}""",
        View.Of(10, 0, MessageKind.Request, "0001 ff"));

    /// <summary>What is no body has the name of the fault and the place of the field in which it was found.</summary>
    [Theory]
    [InlineData(3, 0, "00000002 0001 61 0002 62", DecodeError.LengthBeyondFrame, "topics[1].name")]
    [InlineData(3, 0, "00000003 0001 61", DecodeError.CountBeyondFrame, "topics")]
    [InlineData(12, 4, "02 67 00000003 02 6d 00 02 00", DecodeError.TagCountBeyondFrame, "_taggedFields")]
    [InlineData(12, 4, "00 00000003 02 6d 00 00", DecodeError.UnexpectedNull, "groupId")]
    [InlineData(12, 4, "02 67 000003", DecodeError.Truncated, "generationId")]
    [InlineData(1, 12, "ffffffff 00000001 00000001 00000001 00 00000000 ffffffff 01 01 01 01 00 03 02 6363", DecodeError.TagSizeMismatch, "clusterId")]
    [InlineData(3, 99, "", DecodeError.UnknownVersion, "")]
    public void Write_BrokenBody_SaysWhere(short apiKey, short version, string hex, DecodeError error, string place)
    {
        using var writer = new Utf8JsonWriter(Stream.Null);
        var body = Convert.FromHexString(hex.Replace(" ", ""));
        Assert.Equal(error, JsonView.Write(apiKey, version, MessageKind.Request, body, writer, JsonViewOptions.None, out var found));
        Assert.Equal(place, found);
    }

    /// <summary>The view and the metrics' reader are two readings of one schema: they must agree on what is a body.</summary>
    [Fact]
    public void Write_RandomBodyOfEveryVersion_AgreesWithTheReader()
    {
        var random = new Random(Seed);
        foreach (var target in Target.All())
        {
            for (var i = 0; i < 6; i++)
            {
                var body = RandomMessage.Make(random, target);
                var (error, json) = View.Of(target, body, JsonViewOptions.RecordData);
                Assert.True(error == DecodeError.None, $"{target}: {error} in {Convert.ToHexString(body)}");
                using var view = JsonDocument.Parse(json);
                Assert.False(view.RootElement.TryGetProperty("trailingBytes", out _));
            }
        }
    }

    [Fact]
    public void Write_RandomBodyWithFlippedBytes_FailsByNameWhereTheReaderFails()
    {
        var random = new Random(Seed + 1);
        foreach (var target in Target.All())
        {
            var body = RandomMessage.Make(random, target);
            for (var i = 0; i < 20 && body.Length > 0; i++)
            {
                var mutated = (byte[])body.Clone();
                for (var flips = random.Next(1, 4); flips > 0; flips--) mutated[random.Next(mutated.Length)] = (byte)(random.Next(3) == 0 ? 0xff : random.Next(256));
                mutated = mutated[..random.Next(mutated.Length + 1)];
                var read = Decoded.Read(target, mutated);
                var (error, json) = View.Of(target, mutated);
                if (read.Status == DecodeStatus.Failed) Assert.NotEqual(DecodeError.None, error);

                // The view reads inside known tags, which the reader passes over.
                if (error == DecodeError.None) JsonDocument.Parse(json).Dispose();
            }
        }
    }

    [Fact]
    public void Write_CountBomb_FailsBeforeItGrows()
    {
        var (error, _) = View.Of(new Target(3, 0, MessageKind.Request), Convert.FromHexString("7fffffff"));
        Assert.Equal(DecodeError.CountBeyondFrame, error);
    }

    [Fact]
    public void Write_UnknownVersion_SaysSo()
    {
        Assert.Equal(DecodeError.UnknownVersion, View.Of(new Target(3, 99, MessageKind.Request), []).Error);
        Assert.Equal(DecodeError.UnknownVersion, View.Of(new Target(-1, 0, MessageKind.Request), []).Error);
        Assert.Equal(DecodeError.UnknownVersion, View.Of(new Target(short.MaxValue, 0, MessageKind.Response), []).Error);
    }
}
