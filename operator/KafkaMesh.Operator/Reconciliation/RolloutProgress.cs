namespace KafkaMesh.Operator.Reconciliation;

/// <summary>What a monitor's rollout has under way. One reconciliation at a time owns it; a new leader starts without it and loses nothing.</summary>
internal sealed class RolloutProgress
{
    /// <summary>Configuration that the pods shall get; another one starts anew.</summary>
    public string? Hash { get; set; }

    /// <summary>Uid of the pod that was evicted last; null when none is under way.</summary>
    public string? Evicted { get; set; }

    /// <summary>Name of that pod.</summary>
    public string EvictedName { get; set; } = "";

    /// <summary>Uid of its owner.</summary>
    public string Owner { get; set; } = "";

    /// <summary>Uids of that owner's pods before: any other is a successor.</summary>
    public IReadOnlySet<string> Known { get; set; } = new HashSet<string>();

    /// <summary>Uids of those that were ready before.</summary>
    public IReadOnlySet<string> ReadyBefore { get; set; } = new HashSet<string>();

    /// <summary>A successor was seen.</summary>
    public bool HasSuccessor { get; set; }

    /// <summary>Timestamp since when no pod of that owner starts or ends; null while one does.</summary>
    public long? QuietSince { get; set; }

    /// <summary>Timestamp of the eviction.</summary>
    public long Since { get; set; }

    /// <summary>By uid the owners that are left alone for now.</summary>
    public Dictionary<string, RolloutPause> Pauses { get; } = [];
}
