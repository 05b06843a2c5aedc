namespace KafkaMesh.Kubernetes.Reconciliation;

/// <summary>Outcome of one reconciliation (KubeOps' name).</summary>
/// <param name="IsSuccess">Whether the world is in line.</param>
/// <param name="RequeueAfter">When to look again; null: on the next change, or with backoff after a failure.</param>
/// <param name="ErrorMessage">One sentence after a failure.</param>
public readonly record struct ReconciliationResult(bool IsSuccess, TimeSpan? RequeueAfter, string? ErrorMessage)
{
    /// <summary>Done.</summary>
    /// <param name="requeueAfter">When to look again; null: on the next change.</param>
    public static ReconciliationResult Success(TimeSpan? requeueAfter = null) => new(IsSuccess: true, requeueAfter, ErrorMessage: null);

    /// <summary>Not done.</summary>
    /// <param name="errorMessage">One sentence.</param>
    /// <param name="requeueAfter">When to try again; null: with exponential backoff.</param>
    public static ReconciliationResult Failure(string errorMessage, TimeSpan? requeueAfter = null) => new(IsSuccess: false, requeueAfter, errorMessage);
}
