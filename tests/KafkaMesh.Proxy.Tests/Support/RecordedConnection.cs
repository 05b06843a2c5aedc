using System.Buffers.Binary;
using KafkaMesh.Proxy.Decode;
using KafkaMesh.Proxy.Sessions;
using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Tests.Support;

/// <summary>One connection of a capture: what its two ends sent, in the order and the pieces in which they sent it.</summary>
internal sealed class RecordedConnection : IPartialFlowObserver
{
    private readonly List<(RelayFlow Flow, byte[] Bytes)> _pieces = [];

    private RecordedConnection(string client, int serverPort)
    {
        Client = client;
        ServerPort = serverPort;
    }

    /// <summary>The client's port, by which the ground truth names connections.</summary>
    public string Client { get; }

    /// <summary>The server's port.</summary>
    public int ServerPort { get; }

    /// <summary>The segments.</summary>
    public IReadOnlyList<(RelayFlow Flow, byte[] Bytes)> Pieces => _pieces;

    /// <summary>All connections of a capture file that it holds from their begin on, in the order of their begin.</summary>
    public static List<RecordedConnection> Read(string path)
    {
        var connections = new List<RecordedConnection>();
        var trace = new RecordingTrace();
        var decoder = new CaptureDecoder([], Create, trace);
        using var file = File.OpenRead(path);
        var reader = CaptureFile.Open(file, out _)!;
        while (reader.TryRead(out var packet))
            decoder.Add(packet);
        Assert.Null(reader.Error);
        decoder.Finish();
        Assert.Equal((path, 0), (path, trace.Gaps));
        return connections;

        IPartialFlowObserver Create(in RelayConnection connection, bool midStream)
        {
            var recorded = new RecordedConnection($"{connection.Client.Port}", connection.Broker.Port);
            if (!midStream)
                connections.Add(recorded);
            return recorded;
        }
    }

    /// <summary>The same with neighbouring segments of one side joined.</summary>
    public List<(RelayFlow Flow, byte[] Bytes)> Joined()
    {
        var joined = new List<(RelayFlow Flow, byte[] Bytes)>();
        foreach (var (flow, bytes) in _pieces)
        {
            if (joined.Count > 0 && joined[^1].Flow == flow)
                joined[^1] = (flow, [.. joined[^1].Bytes, .. bytes]);
            else
                joined.Add((flow, bytes));
        }

        return joined;
    }

    /// <summary>Whether both ends sent nothing but whole Kafka frames: a connection may end in the middle of a response.</summary>
    public bool HoldsWholeFrames() => HoldsWholeFrames(RelayFlow.Request) && HoldsWholeFrames(RelayFlow.Response);

    private bool HoldsWholeFrames(RelayFlow flow)
    {
        ReadOnlySpan<byte> rest = _pieces.Where(piece => piece.Flow == flow).SelectMany(piece => piece.Bytes).ToArray();
        while (rest.Length >= sizeof(int) && BinaryPrimitives.ReadInt32BigEndian(rest) is var size && size <= rest.Length - sizeof(int))
            rest = rest[(sizeof(int) + size)..];
        return rest.IsEmpty;
    }

    public void OnBytes(RelayFlow flow, ReadOnlySpan<byte> bytes, long readAt, long writtenAt) => _pieces.Add((flow, bytes.ToArray()));

    public void OnGap(RelayFlow flow, int bytes, long timestamp) => Assert.Fail($"{bytes} bytes of a recorded connection are missing");

    public void OnHalfClosed(RelayFlow flow, long timestamp)
    {
    }

    public void OnClosed(RelayEnd end, long timestamp)
    {
    }
}
