namespace KafkaMesh.Kubernetes.Reconciliation;

/// <summary>Brings the world in line with an entity (KubeOps' interface). Calls for one entity never overlap.</summary>
/// <typeparam name="TEntity">The entity.</typeparam>
public interface IEntityController<in TEntity>
    where TEntity : class
{
    /// <summary>The entity is new, changed or due again. Must be idempotent; an exception means: again, with backoff.</summary>
    /// <param name="entity">Its newest known state.</param>
    /// <param name="cancellationToken">The controller stops.</param>
    Task<ReconciliationResult> ReconcileAsync(TEntity entity, CancellationToken cancellationToken);

    /// <summary>The entity is gone; deletes that no watch saw come here too, but not those from before the controller ran.</summary>
    /// <param name="entity">Its last known state.</param>
    /// <param name="cancellationToken">The controller stops.</param>
    Task<ReconciliationResult> DeletedAsync(TEntity entity, CancellationToken cancellationToken);
}
