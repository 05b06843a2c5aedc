using System.Collections.Concurrent;
using System.Diagnostics;

namespace KafkaMesh.Playground.Node.Runtime;

/// <summary>Starts processes from one thread that lives as long as the runtime: the parent-death signal is sent when the thread that started a process ends,
/// and threads of the pool end whenever they are idle.</summary>
internal sealed class ProcessSpawner : IDisposable
{
    private readonly BlockingCollection<(ProcessStartInfo Start, TaskCompletionSource<Process> Result)> requests = [];
    private readonly Thread thread;

    public ProcessSpawner()
    {
        thread = new Thread(Work) { IsBackground = true, Name = "process spawner" };
        thread.Start();
    }

    /// <summary>Starts a process.</summary>
    public Task<Process> StartAsync(ProcessStartInfo start)
    {
        var result = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        requests.Add((start, result));
        return result.Task;
    }

    public void Dispose()
    {
        requests.CompleteAdding();
        thread.Join();
        requests.Dispose();
    }

    private void Work()
    {
        foreach (var (start, result) in requests.GetConsumingEnumerable())
        {
            try
            {
                result.SetResult(Process.Start(start)!);
            }
            catch (Exception e)
            {
                result.SetException(e);
            }
        }
    }
}
