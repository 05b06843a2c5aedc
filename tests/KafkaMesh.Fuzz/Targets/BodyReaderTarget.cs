using KafkaMesh.Codec.Tests.Generation;

namespace KafkaMesh.Fuzz.Targets;

/// <summary>The body reader: however the body is cut, it tells the same; what it counts as trailing lies within the body.</summary>
internal sealed class BodyReaderTarget : IFuzzTarget
{
    public string Name => "body-reader";

    public long AllocationLimit(int length) => (1 << 16) + (400L * length); // the features of what it tells

    public byte[] MakeSeed(Random random)
    {
        var target = MessageInput.Pick(random);
        return MessageInput.Write(target, RandomMessage.Make(random, target));
    }

    public void Run(ReadOnlySpan<byte> input, Transcript transcript)
    {
        var target = MessageInput.Read(input, out var body);
        var length = body.Length;
        Pieces.AssertSame(body, transcript, own =>
        {
            var reading = new Reading(target.ApiKey, target.Version, target.Kind, length, own);
            return (reading.Read, reading.End);
        });
    }

    private sealed class Reading
    {
        private readonly int _length;
        private readonly Transcript _transcript;
        private readonly bool _isKnown;
        private BodyReader _body;
        private DecodeStatus _status = DecodeStatus.NeedMoreData;

        public Reading(short apiKey, short version, MessageKind kind, int length, Transcript transcript)
        {
            _length = length;
            _transcript = transcript;
            transcript.Say((apiKey << 8) + version, (long)kind);
            _isKnown = _body.TryStart(apiKey, version, kind, length);
        }

        public void Read(ReadOnlySpan<byte> piece)
        {
            var sink = new TranscriptSink(_transcript);
            _status = _body.Read(piece, ref sink);
        }

        public void End()
        {
            // A body without bytes was not shown at all when it came byte by byte.
            if (_length == 0)
                Read([]);
            if (_isKnown && _status == DecodeStatus.NeedMoreData)
                throw new ViolationException("it wants more than the whole body");
            if (_body.TrailingBytes < 0 || _body.TrailingBytes > _length)
                throw new ViolationException($"{_body.TrailingBytes} of {_length} bytes are trailing");
            if (_status == DecodeStatus.Failed && _body.Error == DecodeError.None)
                throw new ViolationException("it failed without an error");
            _transcript.Say((int)_status, _body.TrailingBytes);
            _transcript.Say((int)_body.Error, _body.IsFallback ? 1 : 0);
        }
    }
}
