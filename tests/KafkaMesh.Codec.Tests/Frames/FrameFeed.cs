using System.Text;

namespace KafkaMesh.Codec.Tests.Frames;

/// <summary>Reads frames from pieces and checks the order of the reader's events.</summary>
internal static class FrameFeed
{
    /// <summary>Reads requests, or responses whose header version is given.</summary>
    public static (List<ReadFrame> Frames, DecodeError Error) Read(MessageKind kind, byte[] bytes, Func<int, int> nextPiece, int responseHeader = 0)
    {
        var reader = new FrameReader(kind);
        var frames = new List<ReadFrame>();
        var body = new List<byte>();
        var clientId = "";
        var last = FrameEvent.FrameEnd;
        for (var at = 0; at < bytes.Length;)
        {
            var piece = Math.Clamp(nextPiece(bytes.Length - at), 0, bytes.Length - at);
            ReadOnlySpan<byte> input = bytes.AsSpan(at, piece);
            at += piece;
            while (reader.Read(ref input, out var part) is var found && found != FrameEvent.NeedMoreData)
            {
                if (found == FrameEvent.Invalid) return (frames, reader.Error);
                AssertFollows(last, found);
                last = found;
                if (found == FrameEvent.FrameStart) body.Clear();
                if (found == FrameEvent.Header) clientId = Encoding.UTF8.GetString(reader.ClientId);
                if (found == FrameEvent.Header && kind == MessageKind.Response) reader.SetResponseHeaderVersion(responseHeader);
                if (found == FrameEvent.Body) body.AddRange(part);
                if (found != FrameEvent.FrameEnd) continue;
                Assert.Equal(reader.BodyLength, body.Count);
                var request = kind == MessageKind.Request ? reader.Request : default;
                frames.Add(new ReadFrame(
                    reader.FrameSize, request.ApiKey, request.ApiVersion, reader.CorrelationId, request.ClientIdLength, clientId, Convert.ToHexString([.. body])));
            }

            Assert.True(input.IsEmpty, "NeedMoreData must mean that all input was taken");
        }

        return (frames, reader.Error);
    }

    /// <summary>Asserts that every way of cutting the bytes gives what the whole gives.</summary>
    public static (List<ReadFrame> Frames, DecodeError Error) ReadEveryWay(MessageKind kind, byte[] bytes, int responseHeader = 0)
    {
        var whole = Read(kind, bytes, left => left, responseHeader);
        for (var split = 1; split < bytes.Length; split++)
        {
            var first = split;
            var cut = Read(kind, bytes, left => left == bytes.Length ? first : left, responseHeader);
            Assert.Equal(whole.Frames, cut.Frames);
            Assert.Equal(whole.Error, cut.Error);
        }

        Assert.Equal(whole.Frames, Read(kind, bytes, _ => 1, responseHeader).Frames);
        return whole;
    }

    private static void AssertFollows(FrameEvent before, FrameEvent found) => Assert.True(
        (before, found) is (FrameEvent.FrameEnd, FrameEvent.FrameStart) or (FrameEvent.FrameStart, FrameEvent.Header) or (FrameEvent.Header, FrameEvent.BodyStart)
            or (FrameEvent.BodyStart, FrameEvent.Body) or (FrameEvent.Body, FrameEvent.Body) or (FrameEvent.Body, FrameEvent.FrameEnd),
        $"{found} cannot follow {before}");
}
