namespace KafkaMesh.Operator.Admission;

/// <summary>What becomes of a pod.</summary>
internal enum InjectionOutcome
{
    /// <summary>No monitor wants it: the pod stays byte for byte as it is.</summary>
    NotSelected,

    /// <summary>It carries this very sidecar already: nothing to do.</summary>
    Unchanged,

    /// <summary>It gets the sidecar.</summary>
    Injected,

    /// <summary>A monitor wants it and it cannot have the sidecar: the spec stays, a label says why.</summary>
    Skipped,
}
