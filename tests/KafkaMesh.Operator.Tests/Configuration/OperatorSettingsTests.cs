using KafkaMesh.Kubernetes.Leadership;
using KafkaMesh.Operator.Configuration;

namespace KafkaMesh.Operator.Tests.Configuration;

public sealed class OperatorSettingsTests
{
    [Fact]
    public void Resolve_NothingGiven_TakesTheDefaults()
    {
        var options = OperatorSettings.Resolve(_ => null, _ => null, out var error);

        Assert.Null(error);
        Assert.Equal(("kafkamesh-system", 9443, 8080, "kafkamesh-proxy:v0.1.0", true), (options!.Namespace, options.WebhookPort, options.MetricsPort, options.ProxyImage, options.LeaderElect));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("vault", "vault")]
    [InlineData(" vault, storage ,", "vault", "storage")]
    public void Resolve_ProtectedNamespaces_AreNames(string? text, params string[] names)
    {
        var options = OperatorSettings.Resolve(_ => null, v => v == "KAFKAMESH_PROTECTED_NAMESPACES" ? text : null, out _)!;

        Assert.Equal(names, options.ProtectedNamespaces);
    }

    [Theory]
    [InlineData(null, "privileged")]
    [InlineData("", "privileged")]
    [InlineData("privileged", "privileged")]
    [InlineData("baseline", "baseline")]
    [InlineData("restricted", "restricted")]
    public void Resolve_DefaultPodSecurity_IsALevel(string? text, string level)
    {
        var options = OperatorSettings.Resolve(_ => null, v => v == "KAFKAMESH_DEFAULT_POD_SECURITY" ? text : null, out _)!;

        Assert.Equal(level, options.DefaultPodSecurity);
    }

    [Fact]
    public void Resolve_DefaultPodSecurityThatIsNoLevel_IsRefusedInOneSentence()
    {
        OperatorSettings.Resolve(s => s.Name == "default-pod-security" ? "Baseline" : null, _ => null, out var error);

        Assert.Equal("--default-pod-security: 'Baseline' is not accepted; it takes privileged, baseline or restricted", error);
    }

    [Fact]
    public void Resolve_LeaseDuration_IsClientGosByDefault()
    {
        var options = OperatorSettings.Resolve(_ => null, _ => null, out _)!;
        var config = new LeaderElectionConfig { Namespace = "a", Name = "b", Identity = "c" };

        Assert.Equal(config, config.WithLease(options.LeaseDuration));
    }

    [Fact]
    public void Resolve_FlagAndVariable_TheFlagWins()
    {
        var options = OperatorSettings.Resolve(s => s.Name == "webhook-port" ? "1" : null, v => v == "KAFKAMESH_WEBHOOK_PORT" ? "2" : v == "KAFKAMESH_METRICS_PORT" ? "3" : null, out _);

        Assert.Equal((1, 3), (options!.WebhookPort, options.MetricsPort));
    }

    [Theory]
    [InlineData("webhook-port", "70000")]
    [InlineData("webhook-port", "-1")]
    [InlineData("webhook-port", "+5")]
    [InlineData("webhook-cert-dir", "/no/such/directory")]
    [InlineData("metrics-port", "http")]
    [InlineData("namespace", "Not_A_Namespace")]
    [InlineData("proxy-image", "a b")]
    [InlineData("proxy-image-pull-policy", "Sometimes")]
    [InlineData("proxy-image-pull-secrets", "one, two")]
    [InlineData("proxy-image-pull-secrets", "one,")]
    [InlineData("leader-elect", "yes")]
    [InlineData("leader-elect-lease-duration", "2")]
    [InlineData("leader-elect-lease-duration", "61")]
    [InlineData("protected-namespaces", "vault,Not_A_Namespace")]
    [InlineData("default-pod-security", "strict")]
    [InlineData("log-level", "loud")]
    [InlineData("shutdown-delay", "61")]
    [InlineData("kubeconfig", "/no/such/file\nreally")]
    public void Resolve_BadValue_NamesSourceValueAndWhatIsAccepted(string name, string value)
    {
        var setting = OperatorSettings.All.Single(s => s.Name == name);
        foreach (var fromFlag in (bool[])[true, false])
        {
            var options = OperatorSettings.Resolve(s => fromFlag && s == setting ? value : null, v => !fromFlag && v == setting.Variable ? value : null, out var error);

            Assert.Null(options);
            Assert.StartsWith(fromFlag ? setting.Flag : setting.Variable, error, StringComparison.Ordinal);
            Assert.Contains(setting.Accepted, error, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', error!);
        }
    }
}
