using KafkaMesh.Proxy.Transport;
using KafkaMesh.Proxy.Transport.Posix;

namespace KafkaMesh.Proxy.Tests.Transport;

public sealed class LoopBuffersTests
{
    [Fact]
    public unsafe void HasRoom_BudgetUsedUp_OnlyWhenItIsFreed()
    {
        using var buffers = new LoopBuffers(2 * LoopBuffers.ReceiveSize);
        Assert.True(buffers.HasRoom);
        byte* first = buffers.Stash(buffers.Receive);
        Assert.True(buffers.HasRoom);
        byte* second = buffers.Stash(buffers.Receive[..1]);
        Assert.False(buffers.HasRoom);
        buffers.Free(first, LoopBuffers.ReceiveSize);
        Assert.True(buffers.HasRoom);
        buffers.Free(second, 1);
        Assert.Equal(0, buffers.Stashed);
    }

    [Fact]
    public void Receive_Buffer_HasItsSizeAndNoMore()
    {
        using var buffers = new LoopBuffers(LoopBuffers.ReceiveSize);
        Assert.Equal(LoopBuffers.ReceiveSize, buffers.Receive.Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => buffers.Receive[..(LoopBuffers.ReceiveSize + 1)].Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => buffers.Receive[..int.MinValue].Length);
    }

    /// <summary>What is below zero would be the largest count that there is: it does not reach the kernel, which would say that there is no such descriptor.</summary>
    [Fact]
    public void Splice_CountBelowZero_IsRefused() => Assert.Equal(-Errno.Invalid, Libc.Splice(-1, -1, -1));
}
