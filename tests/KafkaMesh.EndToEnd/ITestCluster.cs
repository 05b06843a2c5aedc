namespace KafkaMesh.EndToEnd;

/// <summary>A cluster that the suite may write to: the playground, or a real one that the caller named.</summary>
internal interface ITestCluster : IAsyncDisposable
{
    Kubectl Kubectl { get; }

    TestImages Images { get; }

    /// <summary>Namespace that the operator is installed into.</summary>
    string SystemNamespace { get; }

    /// <summary>Path of a pod's network namespace for nsenter, or null where the suite cannot enter it (a real cluster).</summary>
    Task<string?> NetworkNamespaceAsync(string @namespace, string pod);
}
