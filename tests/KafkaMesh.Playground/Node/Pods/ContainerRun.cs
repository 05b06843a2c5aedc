using System.Text;
using KafkaMesh.Playground.Node.Logs;
using KafkaMesh.Playground.Node.Runtime;

namespace KafkaMesh.Playground.Node.Pods;

/// <summary>One run of a container, from start to exit, with its output going to a log.</summary>
internal sealed class ContainerRun(IContainerProcess process, ContainerSetup setup, ContainerLog log, DateTimeOffset startedAt)
{
    private const int MaximumOutput = 10 << 10;

    public IContainerProcess Process { get; } = process;

    public ContainerSetup Setup { get; } = setup;

    public ContainerLog Log { get; } = log;

    public DateTimeOffset StartedAt { get; } = startedAt;

    /// <summary>Completes when both outputs were read to their end.</summary>
    public Task Captured { get; } = Task.WhenAll(log.CaptureAsync(process.Output), log.CaptureAsync(process.Error));

    /// <summary>Runs a command inside to its end, for probes and hooks; at most 10 KiB of its output are kept.</summary>
    public async Task<(int Exit, string Output)> ExecAsync(IContainerRuntime runtime, IReadOnlyList<string> command, CancellationToken cancellationToken)
    {
        await using var exec = await runtime.ExecAsync(Process, Setup, command, null, cancellationToken);
        exec.Input.Close();
        var outputs = await Task.WhenAll(ReadAsync(exec.Output, cancellationToken), ReadAsync(exec.Error, cancellationToken));
        return (await exec.Exit.WaitAsync(cancellationToken), outputs[0] + outputs[1]);
    }

    private static async Task<string> ReadAsync(Stream source, CancellationToken cancellationToken)
    {
        var kept = new byte[MaximumOutput];
        var size = 0;
        var rest = new byte[1024];
        while (true)
        {
            var read = await source.ReadAsync(size < kept.Length ? kept.AsMemory(size) : rest, cancellationToken);
            if (read == 0) return Encoding.UTF8.GetString(kept, 0, size);
            if (size < kept.Length) size += read;
        }
    }
}
