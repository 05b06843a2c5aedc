namespace KafkaMesh.Playground.ApiServer.Pods;

/// <summary>A process running inside a container; disposing it kills the process if it still runs.</summary>
internal interface IExecSession : IAsyncDisposable
{
    /// <summary>Standard input of the process; disposing the stream closes it. Null when it was not asked for.</summary>
    Stream? Stdin { get; }

    /// <summary>Standard output (both outputs with a terminal); null when it was not asked for.</summary>
    Stream? Stdout { get; }

    /// <summary>Standard error; null when it was not asked for or with a terminal.</summary>
    Stream? Stderr { get; }

    /// <summary>Tells the terminal its new size in characters; without a terminal nothing happens.</summary>
    void Resize(int columns, int rows);

    /// <summary>Ends with the exit code (128 + signal number for a killed process).</summary>
    Task<int> WaitForExitAsync(CancellationToken cancel);
}
