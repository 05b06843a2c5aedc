namespace KafkaMesh.Kubernetes.Leadership;

/// <summary>Which lease decides, and how fast (KubernetesClient's name, client-go's defaults).</summary>
public sealed record LeaderElectionConfig
{
    /// <summary>Namespace of the lease.</summary>
    public required string Namespace { get; init; }

    /// <summary>Name of the lease.</summary>
    public required string Name { get; init; }

    /// <summary>Who we are; unique per process, even after a restart within one pod: see <see cref="UniqueIdentity"/>.</summary>
    public required string Identity { get; init; }

    /// <summary>How long others leave a lease alone that is not renewed; whole seconds. Default 15 s.</summary>
    public TimeSpan LeaseDuration { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>After this time without a renewal the leader stops. Default 10 s: the rest of the lease is there for stopping.</summary>
    public TimeSpan RenewDeadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Pause between two attempts. Default 2 s.</summary>
    public TimeSpan RetryPeriod { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The same with another lease duration, and the other times in proportion to it as they are by default.</summary>
    /// <param name="duration">Whole seconds.</param>
    public LeaderElectionConfig WithLease(TimeSpan duration) => this with { LeaseDuration = duration, RenewDeadline = duration * 2 / 3, RetryPeriod = duration * 2 / 15 };

    /// <summary>An identity that no other process has.</summary>
    /// <param name="podName">Name of the pod, or of the machine.</param>
    public static string UniqueIdentity(string podName) => $"{podName}_{Guid.NewGuid():N}";

    /// <summary>Checks that the times make sense together.</summary>
    /// <exception cref="ArgumentException">They do not.</exception>
    internal void Validate()
    {
        if (LeaseDuration <= RenewDeadline || RenewDeadline <= RetryPeriod * 1.2 || RetryPeriod <= TimeSpan.Zero || LeaseDuration.Ticks % TimeSpan.TicksPerSecond != 0)
        {
            throw new ArgumentException(
                $"Leader election needs lease duration ({LeaseDuration}) > renew deadline ({RenewDeadline}) > 1.2 x retry period ({RetryPeriod}) > 0, and a lease of whole seconds, which is what the others read.");
        }
    }
}
