using System.Text;
using KafkaMesh.Proxy.Decode;
using KafkaMesh.Proxy.Detection;
using KafkaMesh.Proxy.Metrics;
using KafkaMesh.Proxy.Sessions;
using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Tests.Support;

/// <summary>Keeps everything that it is told.</summary>
internal sealed class RecordingTrace : ICaptureTrace
{
    public bool IsEnabled => true;

    public bool WantsTopics => true;

    public List<(string Connection, FrameTrace Frame)> Frames { get; } = [];

    /// <summary>The topics of each frame that names some; a frame's own list is lent for the call.</summary>
    public List<string> Topics { get; } = [];

    public List<(RelayFlow Flow, int Size)> Tokens { get; } = [];

    public List<ConnectionProtocol> Verdicts { get; } = [];

    public List<DecodeFailureReason> Failures { get; } = [];

    public List<UnansweredReason> Unanswered { get; } = [];

    public List<string> Hellos { get; } = [];

    public int Gaps { get; private set; }

    public IEnumerable<FrameTrace> Of(RelayFlow flow) => Frames.Where(entry => entry.Frame.Flow == flow).Select(entry => entry.Frame);

    public void OnFrame(in RelayConnection connection, in FrameTrace frame)
    {
        Frames.Add(($"{connection.Client.Port}", frame));
        if (frame.Topics is { Count: > 0 } topics)
            Topics.Add(string.Join(',', Enumerable.Range(0, topics.Count).Select(i => Encoding.UTF8.GetString(topics[i]))));
    }

    public void OnToken(in RelayConnection connection, RelayFlow flow, int size, long timestamp) => Tokens.Add((flow, size));

    public void OnVerdict(in RelayConnection connection, ConnectionProtocol protocol, long timestamp) => Verdicts.Add(protocol);

    public void OnFailure(in RelayConnection connection, RelayFlow flow, DecodeFailureReason reason, long timestamp) => Failures.Add(reason);

    public void OnUnanswered(in RelayConnection connection, in InFlightRequest request, UnansweredReason reason, long timestamp) => Unanswered.Add(reason);

    public void OnClientHello(in RelayConnection connection, ClientHello hello, long timestamp) =>
        Hellos.Add($"{hello.ServerName} {string.Join(',', hello.Protocols)}");

    public void OnGap(in RelayConnection connection, RelayFlow flow, int bytes, long timestamp) => Gaps++;

    public void Finish()
    {
    }
}
