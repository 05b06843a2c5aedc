using KafkaMesh.Codec.Tests.Bodies;
using KafkaMesh.Codec.Tests.Generation;

namespace KafkaMesh.Codec.Tests.Frames;

public sealed class FrameReaderTests
{
    private const string ClientId = "client-1";

    [Fact]
    public void Read_RequestOfEveryVersion_FindsHeaderAndBody()
    {
        foreach (var target in Target.All().Where(target => target.Kind == MessageKind.Request))
        {
            var (frames, error) = FrameFeed.ReadEveryWay(MessageKind.Request, Request(target, ClientId, 0xAB, 0xCD));
            var hasClientId = KafkaSchema.GetRequestHeaderVersion(target.ApiKey, target.Version) > 0;
            Assert.Equal(DecodeError.None, error);
            var frame = Assert.Single(frames);
            Assert.Equal((target.ApiKey, target.Version, -42), (frame.ApiKey, frame.ApiVersion, frame.CorrelationId));
            Assert.Equal((hasClientId ? ClientId : "", hasClientId ? ClientId.Length : -1), (frame.ClientId, frame.ClientIdLength));
            Assert.Equal((target, "ABCD"), (target, frame.Body));
        }
    }

    [Fact]
    public void Read_ResponseOfEveryVersion_FindsHeaderAndBody()
    {
        foreach (var target in Target.All().Where(target => target.Kind == MessageKind.Response))
        {
            var version = KafkaSchema.GetResponseHeaderVersion(target.ApiKey, target.Version);
            var wire = new WireWriter().Int32(7);
            if (version == 1) wire.Varint(1).Varint(200).Varint(3).Raw(1, 2, 3);
            var (frames, error) = FrameFeed.ReadEveryWay(MessageKind.Response, Framed(wire.Raw(0xAB)), version);
            Assert.Equal(DecodeError.None, error);
            Assert.Equal((target, 7, "AB"), (target, Assert.Single(frames).CorrelationId, frames[0].Body));
        }
    }

    [Fact]
    public void Read_HeaderCutAtEveryOffset_IsInvalidWithItsReason()
    {
        foreach (var target in Target.All().Where(target => target.Kind == MessageKind.Request))
        {
            var header = Request(target, ClientId).AsSpan(4).ToArray();
            for (var length = 0; length < header.Length; length++) AssertCut(MessageKind.Request, header[..length]);
        }

        var response = new WireWriter().Int32(7).Varint(2).Varint(200).Varint(3).Raw(1, 2, 3).Varint(201).Varint(0).ToArray();
        for (var length = 0; length < response.Length; length++) AssertCut(MessageKind.Response, response[..length]);
    }

    [Fact]
    public void Read_NullClientId_IsEmptyWithoutLength()
    {
        var (frames, _) = FrameFeed.ReadEveryWay(MessageKind.Request, Framed(new WireWriter().Int16(3).Int16(1).Int32(1).Int16(-1)));
        Assert.Equal(new ReadFrame(10, 3, 1, 1, -1, "", ""), Assert.Single(frames));
    }

    [Fact]
    public void Read_LongClientId_KeepsItsStart()
    {
        var id = new string('x', 1000);
        var (frames, _) = FrameFeed.ReadEveryWay(MessageKind.Request, Request(new Target(3, 1, MessageKind.Request), id, 9));
        Assert.Equal((1000, id[..FrameReader.MaxClientIdBytes], "09"), (Assert.Single(frames).ClientIdLength, frames[0].ClientId, frames[0].Body));
    }

    [Fact]
    public void Read_ManyFramesAtOnce_FindsEach()
    {
        byte[] bytes =
        [
            .. Request(new Target(18, 3, MessageKind.Request), "a", 1),
            .. Request(new Target(0, 9, MessageKind.Request), "b"),
            .. Request(new Target(99, 1, MessageKind.Request), "c", 2, 3),
        ];
        var (frames, error) = FrameFeed.ReadEveryWay(MessageKind.Request, bytes);
        Assert.Equal(DecodeError.None, error);
        Assert.Equal(["a:01", "b:", "c:0203"], frames.Select(frame => $"{frame.ClientId}:{frame.Body}"));
    }

    [Fact]
    public void TreatFrameAsRaw_AtFrameStart_GivesTheWholeFrameAsBody()
    {
        var reader = new FrameReader(MessageKind.Request);
        ReadOnlySpan<byte> input = [0, 0, 0, 3, 0x60, 0x01, 0x02, 0, 0, 0, 0];
        Assert.Equal(FrameEvent.FrameStart, reader.Read(ref input, out _));
        reader.TreatFrameAsRaw();
        Assert.Equal(FrameEvent.BodyStart, reader.Read(ref input, out _));
        Assert.Equal(FrameEvent.Body, reader.Read(ref input, out var body));
        Assert.Equal("600102", Convert.ToHexString(body));
        Assert.Equal(FrameEvent.FrameEnd, reader.Read(ref input, out _));

        // An empty token is a frame too.
        Assert.Equal(FrameEvent.FrameStart, reader.Read(ref input, out _));
        reader.TreatFrameAsRaw();
        Assert.Equal(FrameEvent.BodyStart, reader.Read(ref input, out _));
        Assert.Equal(FrameEvent.Body, reader.Read(ref input, out _));
        Assert.Equal(FrameEvent.FrameEnd, reader.Read(ref input, out _));
        Assert.Equal(FrameEvent.NeedMoreData, reader.Read(ref input, out _));
    }

    [Fact]
    public void TreatFrameAsRaw_Elsewhere_Throws() => Assert.Throws<InvalidOperationException>(() => new FrameReader(MessageKind.Request).TreatFrameAsRaw());

    [Fact]
    public void SetResponseHeaderVersion_OfRequest_Throws() => Assert.Throws<InvalidOperationException>(() => new FrameReader(MessageKind.Request).SetResponseHeaderVersion(1));

    [Theory]
    [InlineData("FFFFFFFF", DecodeError.NegativeFrameSize)]
    [InlineData("80000000", DecodeError.NegativeFrameSize)]
    [InlineData("06400001", DecodeError.FrameTooLarge)]
    [InlineData("7FFFFFFF", DecodeError.FrameTooLarge)]
    [InlineData("47455420", DecodeError.FrameTooLarge)]
    [InlineData("00000000", DecodeError.FrameTooShort)]
    [InlineData("00000007", DecodeError.FrameTooShort)]
    [InlineData("000000080003000100000001", DecodeError.FrameTooShort)]
    [InlineData("0000000A0003000100000001000B", DecodeError.ClientIdTooLong)]
    [InlineData("0000000A0003000900000001FFFF", DecodeError.Truncated)]
    [InlineData("0000000B0003000900000001FFFF05", DecodeError.TagCountBeyondFrame)]
    [InlineData("0000000D0003000900000001FFFF010109", DecodeError.LengthBeyondFrame)]
    [InlineData("000000100003000900000001FFFF808080808001", DecodeError.MalformedVarint)]
    public void Read_MalformedRequest_IsInvalidWithItsReason(string hex, DecodeError expected)
    {
        var (frames, error) = FrameFeed.ReadEveryWay(MessageKind.Request, [.. Convert.FromHexString(hex), 0]);
        Assert.Empty(frames);
        Assert.Equal(expected, error);
    }

    [Fact]
    public void Read_AfterInvalid_StaysInvalid()
    {
        var reader = new FrameReader(MessageKind.Response, maxFrameSize: 10);
        ReadOnlySpan<byte> input = [0, 0, 0, 11, 1, 2, 3];
        Assert.Equal(FrameEvent.Invalid, reader.Read(ref input, out _));
        Assert.Equal(FrameEvent.Invalid, reader.Read(ref input, out _));
        Assert.Equal(DecodeError.FrameTooLarge, reader.Error);
    }

    [Fact]
    public void Read_RandomBytes_NeverThrowsNorOverreads()
    {
        var random = new Random(5);
        var bytes = new byte[300];
        for (var i = 0; i < 20_000; i++)
        {
            random.NextBytes(bytes);
            bytes[0] = bytes[1] = bytes[2] = 0;
            var kind = (MessageKind)(i % 2);
            var whole = FrameFeed.Read(kind, bytes, left => left, responseHeader: 1);
            var pieces = FrameFeed.Read(kind, bytes, _ => random.Next(0, 20), responseHeader: 1);
            Assert.Equal(whole.Frames, pieces.Frames);
            Assert.Equal(whole.Error, pieces.Error);
        }
    }

    private static void AssertCut(MessageKind kind, byte[] header)
    {
        // What follows belongs to another frame.
        byte[] bytes = [.. Framed(new WireWriter().Raw(header)), 0, 0, 0, 4, 0, 0, 0, 1];
        var (frames, error) = FrameFeed.Read(kind, bytes, left => left, responseHeader: 1);
        Assert.True(frames.Count == 0 && error != DecodeError.None, $"{kind} header {Convert.ToHexString(header)}: {frames.Count} frames, {error}");
        Assert.Equal(error, FrameFeed.Read(kind, bytes, _ => 1, responseHeader: 1).Error);
    }

    private static byte[] Request(Target target, string clientId, params byte[] body)
    {
        var wire = new WireWriter().Int16(target.ApiKey).Int16(target.Version).Int32(-42);
        var headerVersion = KafkaSchema.GetRequestHeaderVersion(target.ApiKey, target.Version);
        if (headerVersion >= 1) wire.String(clientId);
        if (headerVersion == 2) wire.Varint(2).Varint(0).Varint(1).Int8(5).Varint(300).Varint(2).Int16(5);
        return Framed(wire.Raw(body));
    }

    private static byte[] Framed(WireWriter wire) => new WireWriter().Int32(wire.Length).Raw(wire.ToArray()).ToArray();
}
