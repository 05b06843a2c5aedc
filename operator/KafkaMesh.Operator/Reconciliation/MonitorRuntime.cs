using KafkaMesh.Kubernetes.Watching;
using KafkaMesh.Operator.Stats;
using KafkaMesh.Operator.Webhook;

namespace KafkaMesh.Operator.Reconciliation;

/// <summary>What the leader holds per monitor: its pods, its ledger and when things were last done. One reconciliation at a time owns it.</summary>
internal sealed class MonitorRuntime : IDisposable
{
    private readonly CancellationTokenSource _stop;
    private readonly Task _watching;

    /// <summary>Starts watching the pods of a selector.</summary>
    /// <param name="uid">Uid of the monitor.</param>
    /// <param name="selector">Text of its selector; null selects every pod.</param>
    /// <param name="pods">Informer of the pods; not running yet.</param>
    /// <param name="ledger">Its figures.</param>
    /// <param name="watching">Runs the informer until its token is cancelled.</param>
    /// <param name="cancellationToken">Leadership ends.</param>
    public MonitorRuntime(
        string? uid, string? selector, Informer<MonitoredPod> pods, StatsLedger ledger, Func<CancellationToken, Task> watching, CancellationToken cancellationToken)
    {
        Uid = uid;
        Selector = selector;
        Pods = pods;
        Ledger = ledger;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _watching = watching(_stop.Token);
    }

    /// <summary>Uid of the monitor: one of the same name made anew is another.</summary>
    public string? Uid { get; }

    /// <summary>Text of the selector that <see cref="Pods"/> watches.</summary>
    public string? Selector { get; }

    /// <summary>The pods that the selector matches.</summary>
    public Informer<MonitoredPod> Pods { get; }

    /// <summary>The figures.</summary>
    public StatsLedger Ledger { get; }

    /// <summary>Uids of the pods whose sidecar answered the last collection.</summary>
    public HashSet<string> Reporting { get; } = [];

    /// <summary>By uid the pods whose sidecar did not answer.</summary>
    public Dictionary<string, Silence> Silent { get; } = [];

    /// <summary>Uids of draining pods whose final report is known.</summary>
    public HashSet<string> Finished { get; } = [];

    /// <summary>What <see cref="SkippedPodReporter"/> has told in events.</summary>
    public HashSet<string> Told { get; } = [];

    /// <summary>What the webhook registration said of the monitor at the last look.</summary>
    public RegistrationState Registration { get; set; }

    /// <summary>Why injection was switched off at the last look; null when it was on.</summary>
    public string? Disabled { get; set; }

    /// <summary>What its rollout has under way.</summary>
    public RolloutProgress Rollout { get; } = new();

    /// <summary>How its rollout stood at the last look.</summary>
    public RolloutState RolloutState { get; set; } = RolloutState.Idle;

    /// <summary>Timestamp of the last full collection, or when it should have been; null before the first.</summary>
    public long? CollectedAt { get; set; }

    /// <summary>The status has changed and waits for its turn to be written.</summary>
    public bool IsWriteOwed { get; set; }

    /// <summary>Timestamp of the last stored ledger; null before the first.</summary>
    public long? StoredAt { get; set; }

    /// <summary>The status as it is stored.</summary>
    public StoredStatus Stored { get; init; } = new();

    /// <summary>Resource version of the stored ledger, empty when there is none; null when that is not known.</summary>
    public string? LedgerVersion { get; set; }

    /// <summary>Why the ledger could not be stored the last time; null when it could.</summary>
    public string? LedgerProblem { get; set; }

    /// <summary>Looks in a row that found no registration.</summary>
    public int LooksForRegistration { get; set; }

    /// <summary>Stops watching.</summary>
    public void Dispose()
    {
        _stop.Cancel();

        // The watch ends by itself; its token source must live until then.
        _ = _watching.ContinueWith(_ => _stop.Dispose(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }
}
