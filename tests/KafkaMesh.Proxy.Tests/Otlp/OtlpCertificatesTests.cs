using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using KafkaMesh.Proxy.Metrics;
using KafkaMesh.Proxy.Otlp;
using KafkaMesh.Proxy.Tests.Transport;
using Serilog.Core;

namespace KafkaMesh.Proxy.Tests.Otlp;

/// <summary>A receiver that speaks TLS, with a certificate of an authority of its own, and asks who pushes.</summary>
public sealed class OtlpCertificatesTests : IDisposable
{
    private const string Prefix = "OTEL_EXPORTER_OTLP_";
    private readonly TestAuthority _authority = new("authority");
    private readonly TestAuthority _other = new("other");
    private readonly OtlpCounters _counters = new();

    public void Dispose()
    {
        _authority.Dispose();
        _other.Dispose();
    }

    [Theory]
    [InlineData("")]
    [InlineData("METRICS_")]
    public async Task Push_OwnAuthority_BothKnowEachOther(string signal)
    {
        using X509Certificate2 own = _authority.Sign("sidecar");
        using OtlpReceiver receiver = Receiver(IPAddress.Loopback, asksForClient: true);
        OtlpSettings? settings = Read(receiver.Address, signal, out var warnings, _authority.Certificate.ExportCertificatePem(), own.ExportCertificatePem(), KeyOf(own));
        Assert.Empty(warnings);
        await using OtlpExporter exporter = Start(settings!);
        Assert.Equal("CN=sidecar", receiver.Next().Client);
    }

    [Fact]
    public async Task Push_OwnAuthorityWithoutClientCertificate_IsEnoughWhereNoneIsAskedFor()
    {
        using OtlpReceiver receiver = Receiver(IPAddress.Loopback, asksForClient: false);
        OtlpSettings? settings = Read(receiver.Address, "", out var warnings, _other.Certificate.ExportCertificatePem() + "\n" + _authority.Certificate.ExportCertificatePem());
        Assert.Empty(warnings);
        await using OtlpExporter exporter = Start(settings!);
        Assert.Null(receiver.Next().Client);
    }

    /// <summary>Another authority than the receiver's, that of the system, another name than the one called: nothing is sent.</summary>
    [Theory]
    [InlineData(true, "127.0.0.1")]
    [InlineData(false, "127.0.0.1")]
    [InlineData(null, "127.0.0.2")]
    public async Task Push_ReceiverIsNotTrusted_NothingIsSent(bool? isOther, string address)
    {
        using OtlpReceiver receiver = Receiver(IPAddress.Parse(address), asksForClient: false);
        string? roots = isOther switch { true => _other.Certificate.ExportCertificatePem(), false => null, null => _authority.Certificate.ExportCertificatePem() };
        await using (Start(Read(receiver.Address, "", out _, roots)!))
            Assert.True(SpinWait.SpinUntil(() => _counters.Of(OtlpResult.Failed) > 1, RelayRig.Deadline));
        Assert.False(receiver.HasMore);
        Assert.Equal(0, _counters.Of(OtlpResult.Success));
    }

    [Fact]
    public void Read_FilesOfNoUse_IsNothingWithOneSentence()
    {
        using X509Certificate2 own = _authority.Sign("sidecar");
        using X509Certificate2 another = _authority.Sign("another");
        string root = _authority.Certificate.ExportCertificatePem(), certificate = own.ExportCertificatePem();
        Assert.Equal("CERTIFICATE: the file holds no certificate in PEM, so no metrics are pushed", Refusal("secret"));
        Assert.Equal("CERTIFICATE: the file holds no certificate in PEM, so no metrics are pushed", Refusal("-----BEGIN CERTIFICATE-----\nc2VjcmV0\n-----END CERTIFICATE-----\n"));
        Assert.Equal("CERTIFICATE: the file is longer than a megabyte, so no metrics are pushed", Refusal(new string(' ', 1024 * 1024) + root));
        Assert.Equal("CLIENT_CERTIFICATE: the file holds no certificate in PEM, so no metrics are pushed", Refusal(root, "secret", KeyOf(own)));
        Assert.Equal("CLIENT_KEY: the file holds no key, without a password and in PEM, of the first client certificate, so no metrics are pushed", Refusal(root, certificate, KeyOf(another)));
        Assert.Equal("CLIENT_KEY: the file holds no key, without a password and in PEM, of the first client certificate, so no metrics are pushed", Refusal(root, certificate, "secret"));
        Assert.Equal("CLIENT_CERTIFICATE: a client certificate and its key go together, and one is missing, so no metrics are pushed", Refusal(root, certificate));
        Assert.Equal("CLIENT_KEY: a client certificate and its key go together, and one is missing, so no metrics are pushed", Refusal(root, null, KeyOf(own)));
    }

    [Theory]
    [InlineData("/no/such/file", "there is no such file")]
    [InlineData("/", "the file cannot be read")]
    public void Read_FileThatCannotBeRead_IsNothingWithOneSentence(string path, string sentence)
    {
        Assert.Null(OtlpEnvironment.Read(new Dictionary<string, string> { [Prefix + "ENDPOINT"] = "https://c", [Prefix + "CERTIFICATE"] = path }, out var warnings));
        Assert.Equal([$"{Prefix}CERTIFICATE: {sentence}, so no metrics are pushed"], warnings);
    }

    [Fact]
    public void Read_NoHttps_HasNoEffectAndIsNamed()
    {
        Assert.NotNull(OtlpEnvironment.Read(new Dictionary<string, string> { [Prefix + "ENDPOINT"] = "http://c", [Prefix + "METRICS_CERTIFICATE"] = "/no/such/file" }, out var warnings));
        Assert.Equal([$"{Prefix}METRICS_CERTIFICATE has no effect; the endpoint is no https address"], warnings);
    }

    private string Refusal(string? roots = null, string? certificate = null, string? key = null)
    {
        Assert.Null(Read("https://c", "", out var warnings, roots, certificate, key));
        Assert.DoesNotContain("secret", Assert.Single(warnings), StringComparison.Ordinal);
        return warnings[0][Prefix.Length..];
    }

    private OtlpSettings? Read(
        string endpoint, string signal, out IReadOnlyList<string> warnings, string? roots = null, string? certificate = null, string? key = null)
    {
        var variables = new Dictionary<string, string> { [Prefix + "ENDPOINT"] = endpoint, ["OTEL_METRIC_EXPORT_INTERVAL"] = "100" };
        foreach (var (name, text) in new[] { ("CERTIFICATE", roots), ("CLIENT_CERTIFICATE", certificate), ("CLIENT_KEY", key) })
        {
            if (text is not null)
                variables[Prefix + signal + name] = _authority.File(name + ".pem", text);
        }

        return OtlpEnvironment.Read(variables, out warnings);
    }

    private OtlpReceiver Receiver(IPAddress address, bool asksForClient) => new()
    {
        Tls = new SslServerAuthenticationOptions
        {
            ServerCertificate = _authority.Sign("receiver", address),
            ClientCertificateRequired = asksForClient,
            CertificateChainPolicy = asksForClient ? _authority.Policy() : null,
        },
    };

    private OtlpExporter Start(OtlpSettings settings) => new(
        settings, new TrafficMetrics(1, new SeriesLimits(), SidecarIdentity.Create(), TimeProvider.System), SidecarIdentity.Create(), _counters, TimeProvider.System, Logger.None);

    private static string KeyOf(X509Certificate2 certificate) => certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem();
}
