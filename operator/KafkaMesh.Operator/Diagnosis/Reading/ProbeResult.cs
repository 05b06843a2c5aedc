namespace KafkaMesh.Operator.Diagnosis.Reading;

/// <summary>What became of a pod that was created as a trial (dry run) for a monitor.</summary>
internal enum ProbeResult
{
    /// <summary>It was injected, or labelled with the reason why not: the injector was asked.</summary>
    Answered,

    /// <summary>It came back without a word of the injector.</summary>
    NotAnswered,

    /// <summary>The API server refused it, naming the injector.</summary>
    Refused,

    /// <summary>It was injected, and Pod Security refused it because of the init container.</summary>
    RefusedByPodSecurity,

    /// <summary>It could not be tried.</summary>
    NotTried,
}
