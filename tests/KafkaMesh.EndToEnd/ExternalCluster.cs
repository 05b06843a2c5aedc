namespace KafkaMesh.EndToEnd;

/// <summary>A real cluster, named by <c>make e2e CLUSTER=…</c>. The suite stays in namespaces <c>kafkamesh-e2e-*</c> and refuses a cluster that has KafkaMesh already.</summary>
internal sealed class ExternalCluster : ITestCluster
{
    private ExternalCluster(Kubectl kubectl, TestImages images) => (Kubectl, Images) = (kubectl, images);

    public Kubectl Kubectl { get; }

    public TestImages Images { get; }

    public string SystemNamespace => "kafkamesh-e2e-system";

    public static async Task<ExternalCluster> ConnectAsync(string kubeconfig)
    {
        var context = Environment.GetEnvironmentVariable("CONTEXT");
        var kubectl = new Kubectl(kubeconfig, string.IsNullOrEmpty(context) ? null : context);
        var present = await kubectl.RunAsync("get", "crd", "kafkamonitors.kafkamesh.io", "-o", "name", "--ignore-not-found");
        if (present.Length > 0)
            throw new InvalidOperationException("this cluster has KafkaMesh installed already: the end-to-end suite needs one without, because it removes what it made");
        return new ExternalCluster(kubectl, TestImages.FromEnvironment());
    }

    public Task<string?> NetworkNamespaceAsync(string @namespace, string pod) => Task.FromResult<string?>(null);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
