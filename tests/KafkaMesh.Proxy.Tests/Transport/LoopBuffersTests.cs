using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Tests.Transport;

public sealed class LoopBuffersTests
{
    [Fact]
    public unsafe void HasRoom_BudgetUsedUp_OnlyWhenItIsFreed()
    {
        using var buffers = new LoopBuffers(2 * LoopBuffers.ReceiveSize);
        Assert.True(buffers.HasRoom);
        byte* first = buffers.Stash(buffers.Receive, LoopBuffers.ReceiveSize);
        Assert.True(buffers.HasRoom);
        byte* second = buffers.Stash(buffers.Receive, 1);
        Assert.False(buffers.HasRoom);
        buffers.Free(first, LoopBuffers.ReceiveSize);
        Assert.True(buffers.HasRoom);
        buffers.Free(second, 1);
        Assert.Equal(0, buffers.Stashed);
    }
}
