using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Tests.Transport;

public sealed class LoopBuffersTests
{
    [Fact]
    public unsafe void ReadLimit_BudgetUsedUp_GetsLeanUntilItIsFreed()
    {
        using var buffers = new LoopBuffers(2 * LoopBuffers.ReceiveSize);
        Assert.Equal(LoopBuffers.ReceiveSize, buffers.ReadLimit);
        byte* first = buffers.Stash(buffers.Receive, LoopBuffers.ReceiveSize);
        Assert.Equal(LoopBuffers.ReceiveSize, buffers.ReadLimit);
        byte* second = buffers.Stash(buffers.Receive, 1);
        Assert.Equal(LoopBuffers.LeanReceiveSize, buffers.ReadLimit);
        buffers.Free(first, LoopBuffers.ReceiveSize);
        Assert.Equal(LoopBuffers.ReceiveSize, buffers.ReadLimit);
        buffers.Free(second, 1);
        Assert.Equal(0, buffers.Stashed);
    }
}
