namespace KafkaMesh.Kubernetes.Queueing;

/// <summary>Pace of retries (client-go's defaults).</summary>
public sealed record WorkQueueOptions
{
    /// <summary>Pause after the first failure of a key; doubles with each. Default 5 ms.</summary>
    public TimeSpan BaseDelay { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>Longest pause after failures of a key. Default 1000 s.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(1000);

    /// <summary>Retries per second over all keys once the burst is used up. Default 10.</summary>
    public double RetriesPerSecond { get; init; } = 10;

    /// <summary>Retries over all keys that need not wait for each other. Default 100.</summary>
    public int Burst { get; init; } = 100;
}
