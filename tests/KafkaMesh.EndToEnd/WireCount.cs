namespace KafkaMesh.EndToEnd;

/// <summary>Messages of one API key on the wire; bytes without the 4-byte length prefix.</summary>
internal readonly record struct WireCount(long Requests, long RequestBytes, long Responses, long ResponseBytes)
{
    public WireCount AddRequest(long size) => this with { Requests = Requests + 1, RequestBytes = RequestBytes + size };

    public WireCount AddResponse(long size) => this with { Responses = Responses + 1, ResponseBytes = ResponseBytes + size };
}
