using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Tests.Transport;

/// <summary>Keeps the bytes of both flows and the order of events.</summary>
internal sealed class RecordingObserver(RelayConnection connection, Exception? failure) : IRelayObserver
{
    private readonly MemoryStream[] _bytes = [new(), new()];
    private readonly TaskCompletionSource<RelayEnd> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public RelayConnection Connection => connection;

    public Task<RelayEnd> End => _end.Task;

    public List<RelayFlow> HalfClosed { get; } = [];

    /// <summary>Only after <see cref="End"/>: the loop's thread writes it.</summary>
    public byte[] Bytes(RelayFlow flow) => _bytes[(int)flow].ToArray();

    public void OnBytes(RelayFlow flow, ReadOnlySpan<byte> bytes, long readAt, long writtenAt)
    {
        Fail();
        Assert.True(readAt <= writtenAt && !bytes.IsEmpty);
        _bytes[(int)flow].Write(bytes);
    }

    public void OnHalfClosed(RelayFlow flow, long timestamp)
    {
        Fail();
        HalfClosed.Add(flow);
    }

    public void OnClosed(RelayEnd end, long timestamp) => _end.SetResult(end);

    private void Fail()
    {
        if (failure is not null)
        {
            throw failure;
        }
    }
}
