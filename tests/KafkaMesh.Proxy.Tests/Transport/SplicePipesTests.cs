using System.Runtime.InteropServices;
using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Tests.Transport;

[Collection(AloneCollection.Name)]
public sealed class SplicePipesTests
{
    private const int DescriptorLimit = 7; // RLIMIT_NOFILE

    [Fact]
    public void OnTick_PipesThatNobodyTook_AreClosed()
    {
        int before = OpenDescriptors();
        var pipes = new SplicePipes(4);
        SplicePipe[] taken = [.. Enumerable.Range(0, 3).Select(_ => pipes.TryTake()!)];
        Array.ForEach(taken, pipes.Return);
        Assert.Equal(3, pipes.Open);
        Assert.False(pipes.OnTick());
        Assert.Equal(3, pipes.Open); // Taken since the last tick.

        pipes.Return(pipes.TryTake()!);
        Assert.False(pipes.OnTick());
        Assert.Equal(1, pipes.Open);
        SplicePipe lent = pipes.TryTake()!;
        Assert.False(pipes.OnTick());
        Assert.False(pipes.OnTick());
        Assert.Equal(1, pipes.Open);
        pipes.Return(lent);
        Assert.False(pipes.OnTick());
        Assert.False(pipes.OnTick());
        Assert.Equal((0, before), (pipes.Open, OpenDescriptors()));
    }

    [Fact]
    public void TryTake_SystemRefusedOne_IsAskedAgainAfterATick()
    {
        var pipes = new SplicePipes(4);
        Limits usual = GetLimits();
        SetLimits(new Limits { Soft = 1, Hard = usual.Hard });
        SplicePipe? first = pipes.TryTake();
        SplicePipe? second = pipes.TryTake();
        SetLimits(usual);
        Assert.Null(first);
        Assert.Null(second);
        Assert.Equal(1, pipes.Refusals);

        Assert.Null(pipes.TryTake()); // Nobody is asked a thousand times a second.
        Assert.True(pipes.OnTick());
        Assert.NotNull(pipes.TryTake());
        Assert.False(pipes.OnTick());
        Assert.Equal(1, pipes.Refusals);
        pipes.Close();
    }

    private static int OpenDescriptors() => Directory.GetFileSystemEntries("/proc/self/fd").Length;

    private static Limits GetLimits()
    {
        Assert.Equal(0, GetLimits(DescriptorLimit, out Limits limits));
        return limits;
    }

    private static void SetLimits(Limits limits) => Assert.Equal(0, SetLimits(DescriptorLimit, limits));

    [DllImport("libc", EntryPoint = "getrlimit")]
    private static extern int GetLimits(int resource, out Limits limits);

    [DllImport("libc", EntryPoint = "setrlimit")]
    private static extern int SetLimits(int resource, in Limits limits);

    /// <summary><c>struct rlimit</c>.</summary>
    private struct Limits
    {
        public ulong Soft;
        public ulong Hard;
    }
}
