namespace KafkaMesh.Playground.Node.Runtime;

/// <summary>A process started by the runtime: the first one of a container, or one that exec added. Disposing releases its pipes.</summary>
internal interface IContainerProcess : IAsyncDisposable
{
    /// <summary>Process number in the node's view.</summary>
    int Id { get; }

    Stream Input { get; }

    Stream Output { get; }

    Stream Error { get; }

    /// <summary>Ends with the process: its exit code, or 128 plus the signal that killed it.</summary>
    Task<int> Exit { get; }

    /// <summary>Whether the kernel killed something in the container because of its memory limit; asked after the end.</summary>
    bool WasOutOfMemory { get; }

    /// <summary>Sends a signal; nothing happens when the process is gone.</summary>
    void Signal(int signal);
}
