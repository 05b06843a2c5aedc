using System.Text;
using KafkaMesh.Codec.Tests.Bodies;

namespace KafkaMesh.Codec.Tests.Captures;

/// <summary>Pairs the requests and responses of recorded connections, in order, and decodes every body.</summary>
internal sealed class Conversation
{
    private readonly Queue<Exchange> _unanswered = [];
    private readonly List<Exchange> _lines = [];
    private readonly Func<int, int> _cut;

    private Conversation(Func<int, int> cut) => _cut = cut;

    /// <summary>Reads the connections given by their client and server port.</summary>
    public static IEnumerable<Exchange> ReadAll(IReadOnlyList<TcpStream> streams, HashSet<(int Client, int Server)> connections, Func<int, int> cut)
    {
        foreach (var requests in streams.Where(stream => connections.Contains((stream.From, stream.To))))
        {
            var conversation = new Conversation(cut);
            conversation.ReadRequests(requests.From, requests.ToArray());
            foreach (var responses in streams.Where(stream => stream.From == requests.To && stream.To == requests.From)) conversation.ReadResponses(responses.ToArray());
            foreach (var line in conversation._lines) yield return line;
        }
    }

    private void ReadRequests(int clientPort, byte[] bytes)
    {
        var reader = new FrameReader(MessageKind.Request);
        var bodies = new BodyReader();
        var status = DecodeStatus.NeedMoreData;
        var events = new List<string>();
        var bytesOfBody = new List<byte>();
        var sink = new RecordingSink(events);
        var clientId = "";
        for (var at = 0; at < bytes.Length;)
        {
            ReadOnlySpan<byte> input = bytes.AsSpan(at, Math.Min(_cut(bytes.Length - at), bytes.Length - at));
            at += input.Length;
            while (reader.Read(ref input, out var body) is var found && found != FrameEvent.NeedMoreData)
            {
                var header = reader.Request;
                switch (found)
                {
                    case FrameEvent.Header:
                        clientId = Encoding.UTF8.GetString(reader.ClientId);
                        break;
                    case FrameEvent.BodyStart:
                        events.Clear();
                        bytesOfBody.Clear();
                        status = DecodeStatus.NeedMoreData;
                        Assert.True(bodies.TryStart(header.ApiKey, header.ApiVersion, MessageKind.Request, reader.BodyLength));
                        break;
                    case FrameEvent.Body:
                        bytesOfBody.AddRange(body);
                        status = bodies.Read(body, ref sink);
                        break;
                    case FrameEvent.FrameEnd:
                        Assert.Equal((header, DecodeStatus.Done, 0), (header, status, bodies.TrailingBytes));
                        var line = new Exchange(clientPort, header, clientId, reader.FrameSize, [.. bytesOfBody], [.. events]);
                        _lines.Add(line);
                        _unanswered.Enqueue(line);
                        break;
                    default:
                        Assert.NotEqual(FrameEvent.Invalid, found);
                        break;
                }
            }
        }
    }

    private void ReadResponses(byte[] bytes)
    {
        var reader = new FrameReader(MessageKind.Response);
        var bodies = new BodyReader();
        var status = DecodeStatus.NeedMoreData;
        var events = new List<string>();
        var bytesOfBody = new List<byte>();
        var sink = new RecordingSink(events);
        for (var at = 0; at < bytes.Length;)
        {
            ReadOnlySpan<byte> input = bytes.AsSpan(at, Math.Min(_cut(bytes.Length - at), bytes.Length - at));
            at += input.Length;
            while (reader.Read(ref input, out var body) is var found && found != FrameEvent.NeedMoreData)
            {
                var request = _unanswered.Count > 0 ? _unanswered.Peek().Header : default;
                switch (found)
                {
                    case FrameEvent.Header:
                        request = Match(reader.CorrelationId);
                        reader.SetResponseHeaderVersion(KafkaSchema.GetResponseHeaderVersion(request.ApiKey, request.ApiVersion));
                        break;
                    case FrameEvent.BodyStart:
                        events.Clear();
                        bytesOfBody.Clear();
                        status = DecodeStatus.NeedMoreData;
                        Assert.True(bodies.TryStart(request.ApiKey, request.ApiVersion, MessageKind.Response, reader.BodyLength));
                        break;
                    case FrameEvent.Body:
                        bytesOfBody.AddRange(body);
                        status = bodies.Read(body, ref sink);
                        break;
                    case FrameEvent.FrameEnd:
                        Assert.Equal((request, DecodeStatus.Done, DecodeError.None), (request, status, bodies.Error));
                        _unanswered.Dequeue().Answer(reader.FrameSize, bodies.TrailingBytes, [.. bytesOfBody], [.. events]);
                        break;
                    default:
                        Assert.NotEqual(FrameEvent.Invalid, found);
                        break;
                }
            }
        }
    }

    /// <summary>
    /// Brokers answer in order. Left without an answer are Produce with acks 0, though librdkafka's mock cluster answers even that,
    /// and ApiVersions by Kafka 0.9, which does not know it.
    /// </summary>
    private RequestHeader Match(int correlationId)
    {
        while (_unanswered.TryPeek(out var line) && line.MayStayUnanswered && line.Header.CorrelationId != correlationId) _unanswered.Dequeue();
        Assert.Equal(_unanswered.Peek().Header.CorrelationId, correlationId);
        return _unanswered.Peek().Header;
    }
}
