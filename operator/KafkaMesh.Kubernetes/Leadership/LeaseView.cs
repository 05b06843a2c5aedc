using KafkaMesh.Kubernetes.Entities;
using Serilog;

namespace KafkaMesh.Kubernetes.Leadership;

/// <summary>What a candidate knows of the lease, how long somebody else holds it, and what it would write itself. One caller at a time.</summary>
/// <param name="config">The lease and the candidate.</param>
/// <param name="log">For changes of leader.</param>
/// <param name="timeProvider">Clock.</param>
internal sealed class LeaseView(LeaderElectionConfig config, ILogger log, TimeProvider timeProvider)
{
    private V1LeaseSpec? _deleted; // of a lease that was there and is not any more
    private long _observedAt;
    private volatile string? _leader;

    /// <summary>The lease as it was last seen; null while there is none.</summary>
    public V1Lease? Observed { get; private set; }

    /// <summary>Who leads as far as known; null at first and while nobody does. Safe to read at any time.</summary>
    public string? Leader => _leader;

    /// <summary>How long the lease of somebody else runs on since it was last seen to change; zero or less when nobody else holds it.</summary>
    public TimeSpan TimeLeft
    {
        get
        {
            if ((Observed?.Spec ?? _deleted) is not { HolderIdentity: { Length: > 0 } holder } spec || holder == config.Identity)
            {
                return TimeSpan.Zero;
            }

            return TimeSpan.FromSeconds(Math.Max(1, spec.LeaseDurationSeconds ?? 1)) - timeProvider.GetElapsedTime(_observedAt);
        }
    }

    /// <summary>Takes note of the lease as the server has it.</summary>
    /// <param name="lease">The lease; null when there is none.</param>
    public void Observe(V1Lease? lease)
    {
        if (lease?.Metadata.ResourceVersion == Observed?.Metadata.ResourceVersion && lease is not null)
        {
            return;
        }

        var leader = lease?.Spec?.HolderIdentity is { Length: > 0 } holder ? holder : null;
        if (leader is not null && leader != _leader && leader != config.Identity)
        {
            log.Information("The leader is {Leader}", leader);
        }

        _leader = leader;
        if (lease is null)
        {
            // Whoever held it may still lead: deleting a lease does not make its time run out.
            _deleted ??= Observed?.Spec;
            Observed = null;
            return;
        }

        (Observed, _deleted) = (lease, null);
        _observedAt = timeProvider.GetTimestamp();
    }

    /// <summary>The lease that makes somebody its holder.</summary>
    /// <param name="holder">The holder; empty to release it.</param>
    /// <param name="duration">How long it is to run.</param>
    public V1Lease Claim(string holder, TimeSpan duration)
    {
        var now = timeProvider.GetUtcNow();
        var old = Observed?.Spec;
        var stays = old?.HolderIdentity == holder || holder.Length == 0; // a release is no transition yet: the next holder counts it
        return new V1Lease
        {
            // The observed resource version makes the write fail if anybody was faster.
            Metadata = Observed?.Metadata ?? new V1ObjectMeta { Name = config.Name, NamespaceProperty = config.Namespace },
            Spec = new V1LeaseSpec
            {
                HolderIdentity = holder,
                LeaseDurationSeconds = (int)Math.Max(1, duration.TotalSeconds),
                AcquireTime = stays ? old?.AcquireTime ?? now : now,
                RenewTime = now,
                LeaseTransitions = stays || old is null ? old?.LeaseTransitions ?? 0 : (old.LeaseTransitions ?? 0) + 1,
            },
        };
    }
}
