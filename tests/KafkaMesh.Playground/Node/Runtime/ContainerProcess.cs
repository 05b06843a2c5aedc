using System.Diagnostics;
using KafkaMesh.Playground.Network;

namespace KafkaMesh.Playground.Node.Runtime;

/// <summary>A process below the one that waits for it (a shell, nsenter or podman): signals go to the program, the exit code comes through its parent.</summary>
internal sealed class ContainerProcess : IContainerProcess
{
    private readonly Process parent;
    private readonly Func<Task<bool>> finish;

    /// <summary>Takes over a started process; <paramref name="finish"/> runs once after its end: it cleans up and tells whether memory was the reason.</summary>
    public ContainerProcess(Process parent, int id, Func<Task<bool>> finish)
    {
        this.parent = parent;
        this.finish = finish;
        Id = id;
        Exit = WaitAsync();
    }

    public int Id { get; }

    public Stream Input => parent.StandardInput.BaseStream;

    public Stream Output => parent.StandardOutput.BaseStream;

    public Stream Error => parent.StandardError.BaseStream;

    public Task<int> Exit { get; }

    public bool WasOutOfMemory { get; private set; }

    public void Signal(int signal)
    {
        // The number cannot have passed to a stranger while the parent has not reported the end.
        if (!parent.HasExited) _ = LinuxCalls.Kill(Id, signal);
    }

    public async ValueTask DisposeAsync()
    {
        Signal(9);
        await Exit;
        parent.Dispose();
    }

    private async Task<int> WaitAsync()
    {
        await parent.WaitForExitAsync();
        WasOutOfMemory = await finish();
        return parent.ExitCode;
    }
}
