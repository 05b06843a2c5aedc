namespace KafkaMesh.Kubernetes.Reconciliation;

/// <summary>Hooks for a reconciler's figures.</summary>
public interface IReconcileMetrics
{
    /// <summary>One reconciliation ended.</summary>
    /// <param name="controller">Name of the controller.</param>
    /// <param name="result"><c>success</c>, <c>requeue</c>, <c>failure</c>, <c>conflict</c> or <c>exception</c>.</param>
    /// <param name="duration">How long it took.</param>
    void Reconciled(string controller, string result, TimeSpan duration);
}
