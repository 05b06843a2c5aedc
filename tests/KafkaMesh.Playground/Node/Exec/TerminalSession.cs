using KafkaMesh.Playground.ApiServer.Pods;
using KafkaMesh.Playground.Node.Runtime;

namespace KafkaMesh.Playground.Node.Exec;

/// <summary>A process that exec started in a container on a terminal of its own.</summary>
internal sealed class TerminalSession(IContainerProcess process, PseudoTerminal terminal) : IExecSession
{
    private readonly TerminalStream stream = new(terminal.Stream);

    public Stream? Stdin => stream;

    public Stream? Stdout => stream;

    public Stream? Stderr => null;

    public void Resize(int columns, int rows) => terminal.Resize(columns, rows);

    public Task<int> WaitForExitAsync(CancellationToken cancel) => process.Exit.WaitAsync(cancel);

    public async ValueTask DisposeAsync()
    {
        await process.DisposeAsync();
        terminal.Dispose();
    }
}
