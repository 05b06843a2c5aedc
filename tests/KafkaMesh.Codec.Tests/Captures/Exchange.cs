namespace KafkaMesh.Codec.Tests.Captures;

/// <summary>A recorded request and, when there is one, its response.</summary>
internal sealed class Exchange(int clientPort, RequestHeader header, string clientId, int requestSize, byte[] requestBody, IReadOnlyList<string> requestEvents)
{
    private int? _responseSize;
    private int _trailing;

    public int ClientPort => clientPort;

    public RequestHeader Header => header;

    /// <summary>Kafka 0.9 does not know ApiVersions; Produce may ask for no response.</summary>
    public bool MayStayUnanswered => header.ApiKey == 18 || requestEvents.Contains("Acks 0");

    public IReadOnlyList<string> RequestEvents => requestEvents;

    public byte[] RequestBody => requestBody;

    public byte[] ResponseBody { get; private set; } = [];

    /// <summary>What the response's body said; null without a response.</summary>
    public IReadOnlyList<string>? ResponseEvents { get; private set; }

    public void Answer(int size, int trailing, byte[] body, IReadOnlyList<string> events)
    {
        _responseSize = size;
        _trailing = trailing;
        ResponseBody = body;
        ResponseEvents = events;
    }

    /// <summary>Client port, key, version, correlation id, client id, request size, response size, and trailing bytes if any.</summary>
    public override string ToString() =>
        $"{clientPort} {header.ApiKey} {header.ApiVersion} {header.CorrelationId} {clientId} {requestSize} {_responseSize}{(_trailing > 0 ? $" trailing {_trailing}" : "")}";
}
