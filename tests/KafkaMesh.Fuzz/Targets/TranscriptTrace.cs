using KafkaMesh.Proxy.Decode;
using KafkaMesh.Proxy.Detection;
using KafkaMesh.Proxy.Metrics;
using KafkaMesh.Proxy.Sessions;
using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Fuzz.Targets;

/// <summary>Notes what a session tells.</summary>
internal sealed class TranscriptTrace(Transcript transcript) : ICaptureTrace
{
    public bool IsEnabled => true;

    public void OnFrame(in RelayConnection connection, in FrameTrace frame)
    {
        transcript.Say(((int)frame.Flow << 16) + (frame.ApiKey << 8) + frame.ApiVersion, frame.Size);
        transcript.Say(1, frame.CorrelationId);
        transcript.Say(2, frame.ClientId?.Length ?? -1);
        for (var i = 0; i < frame.Errors.Count; i++)
            transcript.Say(3, frame.Errors[i]);
    }

    public void OnToken(in RelayConnection connection, RelayFlow flow, int size, long timestamp) => transcript.Say(10 + (int)flow, size);

    public void OnVerdict(in RelayConnection connection, ConnectionProtocol protocol, long timestamp) => transcript.Say(20 + (int)protocol);

    public void OnFailure(in RelayConnection connection, RelayFlow flow, DecodeFailureReason reason, long timestamp) => transcript.Say(30 + (int)reason, (long)flow);

    public void OnUnanswered(in RelayConnection connection, in InFlightRequest request, UnansweredReason reason, long timestamp) => transcript.Say(50 + (int)reason, request.CorrelationId);

    public void OnGap(in RelayConnection connection, RelayFlow flow, int bytes, long timestamp) => transcript.Say(60 + (int)flow, bytes);

    public void Finish() => transcript.Say(70);
}
