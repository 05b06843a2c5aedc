using System.Security.Cryptography.X509Certificates;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Configuration;
using KafkaMesh.Kubernetes.Tests.Infrastructure;

namespace KafkaMesh.Kubernetes.Tests.Client;

/// <summary>Who we are and whom we believe, while tokens and authorities rotate.</summary>
public sealed class CredentialTests : IDisposable
{
    private static readonly CancellationToken s_token = TestContext.Current.CancellationToken;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kafkamesh-credentials");

    [Fact]
    public async Task GetAsync_TokenRotatedEarly_IsReadAgainAfterUnauthorized()
    {
        var tokenFile = Path.Combine(_folder.FullName, "token");
        File.WriteAllText(tokenFile, "old\n");
        var valid = "Bearer old";
        await using var server = await FaultyApiServer.StartAsync((request, context) => request.Headers["Authorization"] == valid
            ? Answers.JsonAsync(context, 200, ConfigMaps.Named("x"))
            : Answers.StatusAsync(context, 401, "Unauthorized", "Unauthorized"));
        using var client = new KubernetesClient(server.Configuration(new TokenFileCredential(tokenFile, TimeProvider.System)));
        await client.GetAsync(ConfigMaps.Type, "x", "demo", s_token);

        valid = "Bearer new";
        File.WriteAllText(tokenFile, "new\n");
        await client.GetAsync(ConfigMaps.Type, "x", "demo", s_token);

        Assert.Equal(["Bearer old", "Bearer old", "Bearer new"], server.Requests.Select(request => request.Headers["Authorization"]));
    }

    [Fact]
    public async Task GetAsync_TokenThatStaysWrong_IsNotRepeated()
    {
        var tokenFile = Path.Combine(_folder.FullName, "token");
        File.WriteAllText(tokenFile, "wrong");
        await using var server = await FaultyApiServer.StartAsync((_, context) => Answers.StatusAsync(context, 401, "Unauthorized", "Unauthorized"));
        using var client = new KubernetesClient(server.Configuration(new TokenFileCredential(tokenFile, TimeProvider.System)));

        await Assert.ThrowsAsync<ApiException>(() => client.GetAsync(ConfigMaps.Type, "x", "demo", s_token));

        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task GetAsync_AMinuteLater_HasTheNewToken()
    {
        var clock = new ManualTimeProvider();
        var tokenFile = Path.Combine(_folder.FullName, "token");
        File.WriteAllText(tokenFile, "old");
        var credential = new TokenFileCredential(tokenFile, clock);
        Assert.Equal("old", (await credential.GetAsync(s_token)).Authorization!.Parameter);

        File.WriteAllText(tokenFile, "new");
        clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal("old", (await credential.GetAsync(s_token)).Authorization!.Parameter);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("new", (await credential.GetAsync(s_token)).Authorization!.Parameter);

        File.Delete(tokenFile);
        clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal("new", (await credential.GetAsync(s_token)).Authorization!.Parameter);
    }

    [Fact]
    public async Task GetAsync_CertificateOfAnotherAuthority_IsRefused()
    {
        await using var server = await FaultyApiServer.StartAsync((_, context) => Answers.JsonAsync(context, 200, ConfigMaps.Named("x")));
        using var other = new TestAuthority();
        server.Certificate = other.IssueServer();
        using var client = new KubernetesClient(server.Configuration());

        Assert.True((await Assert.ThrowsAsync<ApiException>(() => client.GetAsync(ConfigMaps.Type, "x", "demo", s_token))).IsUnreachable);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task GetAsync_AuthorityRotatedInItsFile_IsBelievedWithoutRestart()
    {
        await using var server = await FaultyApiServer.StartAsync((_, context) => Answers.JsonAsync(context, 200, ConfigMaps.Named("x")));
        using var next = new TestAuthority();
        var caFile = Path.Combine(_folder.FullName, "ca.crt");
        File.WriteAllText(caFile, server.Authority.Pem);
        var configuration = new KubernetesClientConfiguration
        {
            Host = new Uri($"https://127.0.0.1:{server.Port}/"),
            Trust = TrustSource.FromFile(caFile, TimeProvider.System),
        };
        using (var before = new KubernetesClient(configuration))
        {
            Assert.NotNull(await before.GetAsync(ConfigMaps.Type, "x", "demo", s_token));
        }

        server.Certificate = next.IssueServer();
        using var after = new KubernetesClient(configuration);
        Assert.True((await Assert.ThrowsAsync<ApiException>(() => after.GetAsync(ConfigMaps.Type, "x", "demo", s_token))).IsUnreachable);
        File.WriteAllText(caFile, $"{server.Authority.Pem}\n{next.Pem}\n");
        Assert.NotNull(await after.GetAsync(ConfigMaps.Type, "x", "demo", s_token));
    }

    [Fact]
    public void Validate_AuthorityTakenOutOfItsFile_IsBelievedForFiveMinutesMore()
    {
        var clock = new ManualTimeProvider();
        using var old = new TestAuthority();
        using var next = new TestAuthority();
        var caFile = Path.Combine(_folder.FullName, "ca.crt");
        File.WriteAllText(caFile, $"{old.Pem}\n{next.Pem}\n");
        var trust = TrustSource.FromFile(caFile, clock);
        using var certificate = old.IssueServer();
        bool IsBelieved() => trust.Validate(certificate, presentedChain: null, System.Net.Security.SslPolicyErrors.RemoteCertificateChainErrors);

        File.WriteAllText(caFile, next.Pem);
        clock.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromSeconds(1));
        Assert.True(IsBelieved());
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.False(IsBelieved());

        File.WriteAllText(caFile, "half a fi");
        clock.Advance(TimeSpan.FromMinutes(5));
        using var good = next.IssueServer();
        Assert.True(trust.Validate(good, presentedChain: null, System.Net.Security.SslPolicyErrors.RemoteCertificateChainErrors));
    }

    [Fact]
    public async Task GetAsync_ExpiredServerCertificate_IsRefusedUntilItIsRenewed()
    {
        await using var server = await FaultyApiServer.StartAsync((_, context) => Answers.JsonAsync(context, 200, ConfigMaps.Named("x")));
        server.Certificate = server.Authority.IssueServer(expired: true);
        using var client = new KubernetesClient(server.Configuration());

        Assert.True((await Assert.ThrowsAsync<ApiException>(() => client.GetAsync(ConfigMaps.Type, "x", "demo", s_token))).IsUnreachable);
        server.Certificate = server.Authority.IssueServer();
        Assert.NotNull(await client.GetAsync(ConfigMaps.Type, "x", "demo", s_token));
    }

    [Fact]
    public async Task GetAsync_TlsServerName_IsTheNameThatCounts()
    {
        await using var server = await FaultyApiServer.StartAsync((_, context) => Answers.JsonAsync(context, 200, ConfigMaps.Named("x")));
        server.Certificate = server.Authority.IssueServer("api.internal");
        var trusted = server.Configuration();
        using var right = new KubernetesClient(WithServerName(trusted, "api.internal"));
        using var wrong = new KubernetesClient(WithServerName(trusted, "other.internal"));

        Assert.NotNull(await right.GetAsync(ConfigMaps.Type, "x", "demo", s_token));
        Assert.Equal(["127.0.0.1"], server.Requests.Select(r => r.Headers["Host"].Split(':')[0])); // what proxies in between route by
        Assert.True((await Assert.ThrowsAsync<ApiException>(() => wrong.GetAsync(ConfigMaps.Type, "x", "demo", s_token))).IsUnreachable);
    }

    [Fact]
    public async Task GetAsync_ClientCertificate_IsShown()
    {
        string? subject = null;
        await using var server = await FaultyApiServer.StartAsync(
            (_, context) =>
            {
                subject = context.Connection.ClientCertificate?.Subject;
                return Answers.JsonAsync(context, 200, ConfigMaps.Named("x"));
            },
            askForClientCertificate: true);
        using var certificate = server.Authority.IssueClient("alice");
        var kubeConfig = Path.Combine(_folder.FullName, "config");
        File.WriteAllText(kubeConfig, $"""
            current-context: c
            contexts: [{"{"}name: c, context: {"{"}cluster: k, user: u{"}"}{"}"}]
            clusters: [{"{"}name: k, cluster: {"{"}server: "https://127.0.0.1:{server.Port}", certificate-authority-data: {Base64(server.Authority.Pem)}{"}"}{"}"}]
            users: [{"{"}name: u, user: {"{"}client-certificate-data: {Base64(certificate.ExportCertificatePem())}, client-key-data: {Base64(certificate.GetRSAPrivateKey()!.ExportPkcs8PrivateKeyPem())}{"}"}{"}"}]
            """);
        using var client = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeConfig));

        await client.GetAsync(ConfigMaps.Type, "x", "demo", s_token);

        Assert.Equal("CN=alice, O=testers", subject);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static string Base64(string text) => Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(text));

    private static KubernetesClientConfiguration WithServerName(KubernetesClientConfiguration configuration, string name) =>
        new() { Host = configuration.Host, Trust = configuration.Trust, TlsServerName = name };
}
