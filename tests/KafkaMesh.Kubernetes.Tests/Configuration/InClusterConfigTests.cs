using KafkaMesh.Kubernetes.Configuration;
using KafkaMesh.Kubernetes.Tests.Infrastructure;

namespace KafkaMesh.Kubernetes.Tests.Configuration;

/// <summary>The configuration that the environment names. The only tests that touch these variables, one after another.</summary>
public sealed class InClusterConfigTests : IDisposable
{
    private const string HostVariable = "KUBERNETES_SERVICE_HOST";
    private const string PortVariable = "KUBERNETES_SERVICE_PORT";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kafkamesh-incluster");

    [Theory]
    [InlineData("10.96.0.1", "443", "https://10.96.0.1/")]
    [InlineData("fd00::1", "6443", "https://[fd00::1]:6443/")]
    public async Task InClusterConfig_ServiceAccountFiles_AreUsed(string host, string port, string expected)
    {
        using var authority = new TestAuthority();
        File.WriteAllText(Path.Combine(_folder.FullName, "ca.crt"), authority.Pem);
        File.WriteAllText(Path.Combine(_folder.FullName, "namespace"), "kafkamesh-system");
        File.WriteAllText(Path.Combine(_folder.FullName, "token"), "pod-token");
        Set(host, port);

        Assert.True(KubernetesClientConfiguration.IsInCluster(_folder.FullName));
        var config = KubernetesClientConfiguration.InClusterConfig(_folder.FullName);

        Assert.Equal(expected, config.Host.AbsoluteUri);
        Assert.Equal("kafkamesh-system", config.Namespace);
        Assert.Equal("pod-token", (await config.Credentials.GetAsync(TestContext.Current.CancellationToken)).Authorization!.Parameter);
        Assert.NotNull(config.Trust);
    }

    [Fact]
    public void InClusterConfig_OutsideAPod_SaysSo()
    {
        Set(null, null);

        Assert.False(KubernetesClientConfiguration.IsInCluster(_folder.FullName));
        Assert.Contains(
            "does not run in a pod",
            Assert.Throws<KubeConfigException>(() => KubernetesClientConfiguration.InClusterConfig(_folder.FullName)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void BuildDefaultConfig_KubeconfigVariableWithAList_IsMergedOutsideAPod()
    {
        Set(null, null);
        var first = Path.Combine(_folder.FullName, "first");
        var second = Path.Combine(_folder.FullName, "second");
        File.WriteAllText(first, "current-context: c\ncontexts: [{name: c, context: {cluster: k}}]\n");
        File.WriteAllText(second, "clusters: [{name: k, cluster: {server: \"https://10.0.0.9\", certificate-authority: ca.crt}}]\n");
        using var authority = new TestAuthority();
        File.WriteAllText(Path.Combine(_folder.FullName, "ca.crt"), authority.Pem);
        Environment.SetEnvironmentVariable("KUBECONFIG", $"{first}:{second}");

        var config = KubernetesClientConfiguration.BuildDefaultConfig();

        Assert.Equal("https://10.0.0.9/", config.Host.AbsoluteUri);
        Assert.NotNull(config.Trust);
    }

    public void Dispose()
    {
        Set(null, null);
        Environment.SetEnvironmentVariable("KUBECONFIG", null);
        _folder.Delete(recursive: true);
    }

    private static void Set(string? host, string? port)
    {
        Environment.SetEnvironmentVariable(HostVariable, host);
        Environment.SetEnvironmentVariable(PortVariable, port);
    }
}
