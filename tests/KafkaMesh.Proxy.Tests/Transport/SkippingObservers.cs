using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Tests.Transport;

/// <summary>One observer that never wants to look at the next bytes; <paramref name="run"/> says at how many.</summary>
internal sealed class SkippingObservers(Func<int> run) : IRelayObserverFactory, IRelayObserver
{
    private readonly TaskCompletionSource<RelayEnd> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly int[] _skippable = new int[2];
    private readonly long[] _seen = new long[2];

    /// <summary>Called after a run was shown, on the loop.</summary>
    public Action? WhenSkipped { get; init; }

    public Task<RelayEnd> End => _end.Task;

    /// <summary>Bytes of a flow, seen or unseen.</summary>
    public long Told(RelayFlow flow) => Volatile.Read(ref _seen[(int)flow]);

    public IRelayObserver Create(in RelayConnection connection) => this;

    public void OnTick(int loop, long timestamp)
    {
    }

    public void OnBytes(RelayFlow flow, ReadOnlySpan<byte> bytes, long readAt, long writtenAt)
    {
        Volatile.Write(ref _seen[(int)flow], _seen[(int)flow] + bytes.Length);
        _skippable[(int)flow] = run();
    }

    public int SkippableBytes(RelayFlow flow) => _skippable[(int)flow];

    public void OnSkipped(RelayFlow flow, int count, long readAt, long writtenAt)
    {
        Assert.InRange(count, 1, _skippable[(int)flow]);
        Assert.True(readAt <= writtenAt);
        Volatile.Write(ref _seen[(int)flow], _seen[(int)flow] + count);
        _skippable[(int)flow] -= count;
        WhenSkipped?.Invoke();
    }

    public void OnHalfClosed(RelayFlow flow, long timestamp)
    {
    }

    public void OnClosed(RelayEnd end, long timestamp) => _end.TrySetResult(end);
}
