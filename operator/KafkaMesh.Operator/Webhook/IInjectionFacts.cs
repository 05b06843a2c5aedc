using KafkaMesh.Operator.Admission;
using KafkaMesh.Operator.Admission.Monitors;

namespace KafkaMesh.Operator.Webhook;

/// <summary>What the webhook knows about the cluster at this moment.</summary>
internal interface IInjectionFacts
{
    /// <summary>The cluster.</summary>
    ClusterFacts Cluster { get; }

    /// <summary>KafkaMonitors of a namespace, from the cache.</summary>
    MonitorSet MonitorsOf(string namespaceName);

    /// <summary>A namespace, from the cache or, when it is too young for that, from the API server.</summary>
    /// <param name="namespaceName">Its name.</param>
    /// <param name="cancellationToken">The admission's deadline.</param>
    /// <exception cref="InvalidOperationException">It could not be read.</exception>
    ValueTask<NamespaceFacts> GetNamespaceAsync(string namespaceName, CancellationToken cancellationToken);
}
