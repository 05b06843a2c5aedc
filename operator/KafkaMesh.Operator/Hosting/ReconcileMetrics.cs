using KafkaMesh.Kubernetes.Reconciliation;
using KafkaMesh.Operator.Metrics;

namespace KafkaMesh.Operator.Hosting;

/// <summary>Counts reconciliations.</summary>
internal sealed class ReconcileMetrics(OperatorMetrics metrics) : IReconcileMetrics
{
    /// <inheritdoc/>
    public void Reconciled(string controller, string result, TimeSpan duration) => metrics.Reconciles.Increment(controller, result);
}
