using KafkaMesh.Playground.ApiServer.Pods;
using KafkaMesh.Playground.Node.Runtime;

namespace KafkaMesh.Playground.Node.Exec;

/// <summary>A process that exec started in a container, with pipes.</summary>
internal sealed class ExecSession(IContainerProcess process, ExecOptions options) : IExecSession
{
    public Stream? Stdin { get; } = options.Stdin ? process.Input : Closed(process.Input);

    public Stream? Stdout { get; } = options.Stdout ? process.Output : Drained(process.Output);

    public Stream? Stderr { get; } = options.Stderr ? process.Error : Drained(process.Error);

    public void Resize(int columns, int rows)
    {
        // Pipes have no size.
    }

    public Task<int> WaitForExitAsync(CancellationToken cancel) => process.Exit.WaitAsync(cancel);

    public ValueTask DisposeAsync() => process.DisposeAsync();

    private static Stream? Closed(Stream input)
    {
        input.Close();
        return null;
    }

    /// <summary>An output that nobody wants is read all the same, so that the process does not stop at a full pipe.</summary>
    private static Stream? Drained(Stream output)
    {
        _ = output.CopyToAsync(Stream.Null);
        return null;
    }
}
