namespace KafkaMesh.Operator.Stats;

/// <summary>Sidecars that wait for one another when their reports are fetched; those of different lanes never do.</summary>
internal enum CollectLane
{
    /// <summary>It answered the last time.</summary>
    Answering,

    /// <summary>Its pod is about to go and with it what it has counted: there are seconds to read it.</summary>
    Draining,

    /// <summary>It was silent the last time, or was never asked: it may take the whole deadline.</summary>
    Doubtful,
}
