namespace KafkaMesh.Fuzz.Targets;

/// <summary>The frame reader: kind i8, response header version i8, then frames. However they are cut, the events are the same.</summary>
internal sealed class FrameReaderTarget : IFuzzTarget
{
    private const int Prefix = 2;

    public string Name => "frame-reader";

    public long AllocationLimit(int length) => (1 << 16) + (100L * length); // the pieces' own, and the features

    public byte[] MakeSeed(Random random)
    {
        var kind = (MessageKind)random.Next(2);
        var frames = Enumerable.Range(1, random.Next(1, 4)).SelectMany(i => kind == MessageKind.Request ? MessageInput.Request(random, MessageInput.Pick(random), i) : MessageInput.Response(random, MessageInput.Pick(random), i));
        return [(byte)kind, (byte)random.Next(2), .. frames];
    }

    public void Run(ReadOnlySpan<byte> input, Transcript transcript)
    {
        if (input.Length < Prefix)
            return;
        var (kind, headerVersion) = ((MessageKind)(input[0] & 1), input[1] & 1);
        Pieces.AssertSame(input[Prefix..], transcript, own =>
        {
            var reading = new Reading(kind, headerVersion, own);
            return (reading.Read, () => { });
        });
    }

    private sealed class Reading(MessageKind kind, int headerVersion, Transcript transcript)
    {
        private FrameReader _frames = new(kind);
        private long _body;
        private bool _isInvalid;

        public void Read(ReadOnlySpan<byte> input)
        {
            while (!_isInvalid)
            {
                var found = _frames.Read(ref input, out var body);
                switch (found)
                {
                    case FrameEvent.NeedMoreData:
                        return;
                    case FrameEvent.Header:
                        transcript.Say((int)found, _frames.CorrelationId);
                        transcript.Say(100 + _frames.Request.ApiKey, _frames.Request.ApiVersion);
                        transcript.Say(1, _frames.ClientId);
                        if (kind == MessageKind.Response)
                            _frames.SetResponseHeaderVersion(headerVersion);
                        break;
                    case FrameEvent.Body:
                        foreach (var value in body)
                            _body = unchecked((_body * 31) + value);
                        break;
                    case FrameEvent.Invalid:
                        transcript.Say((int)found, (long)_frames.Error);
                        _isInvalid = true;
                        break;
                    case FrameEvent.FrameEnd when _frames.BytesLeft != 0:
                        throw new ViolationException($"a frame ended with {_frames.BytesLeft} bytes left");
                    default:
                        transcript.Say((int)found, found == FrameEvent.FrameEnd ? _body : _frames.FrameSize);
                        break;
                }
            }
        }
    }
}
