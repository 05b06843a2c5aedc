using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Configuration;
using KafkaMesh.Kubernetes.Tests.Infrastructure;

namespace KafkaMesh.Kubernetes.Tests.Client;

/// <summary>Client certificates of every kind that kubeconfig knows, shown to a server that looks at them.</summary>
public sealed class ClientCertificateTests : IDisposable
{
    private static readonly CancellationToken s_token = TestContext.Current.CancellationToken;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kafkamesh-client-certificates");
    private string? _subject;
    private string _accepted = "";

    [Fact]
    public async Task GetAsync_EcKeyAndIntermediateInRelativeFiles_AreShown()
    {
        await using var server = await StartServerAsync();
        using var intermediate = new TestAuthority(server.Authority);
        var (certificate, key) = intermediate.IssueEcClient("carol");
        File.WriteAllText(Path.Combine(_folder.FullName, "client.crt"), $"{certificate}\n{intermediate.Pem}\n");
        File.WriteAllText(Path.Combine(_folder.FullName, "client.key"), key);
        using var client = Client(server, "client-certificate: client.crt, client-key: client.key");
        _accepted = "CN=carol";

        Assert.NotNull(await client.GetAsync(ConfigMaps.Type, "x", "demo", s_token));

        Assert.Equal("CN=carol", _subject);
        Assert.Contains(intermediate.Subject, server.ShownIntermediates);
    }

    [Fact]
    public async Task GetAsync_PluginReturnsAnotherCertificateAfterUnauthorized_NewConnectionShowsIt()
    {
        await using var server = await StartServerAsync();
        File.WriteAllText(Path.Combine(_folder.FullName, "plugin"), $"#!/bin/sh\necho run >> {_folder.FullName}/runs\ncat {_folder.FullName}/answer\n");
        File.SetUnixFileMode(Path.Combine(_folder.FullName, "plugin"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        using var client = Client(server, "exec: {apiVersion: client.authentication.k8s.io/v1, command: ./plugin}");

        await AcceptAsync(server, "alice");
        Assert.NotNull(await client.GetAsync(ConfigMaps.Type, "x", "demo", s_token));
        await AcceptAsync(server, "bob");
        Assert.NotNull(await client.GetAsync(ConfigMaps.Type, "x", "demo", s_token));
        Assert.NotNull(await client.GetAsync(ConfigMaps.Type, "x", "demo", s_token));

        Assert.Equal("CN=bob", _subject);
        Assert.Equal(4, server.Requests.Count);
        Assert.Equal(2, (await File.ReadAllLinesAsync(Path.Combine(_folder.FullName, "runs"), s_token)).Length);
    }

    [Fact]
    public async Task GetAsync_ManyRefusedTogether_RunThePluginOnce()
    {
        await using var server = await StartServerAsync();
        File.WriteAllText(Path.Combine(_folder.FullName, "plugin"), $"#!/bin/sh\necho run >> {_folder.FullName}/runs\ncat {_folder.FullName}/answer\n");
        File.SetUnixFileMode(Path.Combine(_folder.FullName, "plugin"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        using var client = Client(server, "exec: {apiVersion: client.authentication.k8s.io/v1, command: ./plugin}");
        await AcceptAsync(server, "alice");
        Assert.NotNull(await client.GetAsync(ConfigMaps.Type, "x", "demo", s_token));

        await AcceptAsync(server, "bob");
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => client.GetAsync(ConfigMaps.Type, "x", "demo", s_token)));

        Assert.Equal(2, (await File.ReadAllLinesAsync(Path.Combine(_folder.FullName, "runs"), s_token)).Length);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private Task<FaultyApiServer> StartServerAsync() => FaultyApiServer.StartAsync(
        (_, context) =>
        {
            _subject = context.Connection.ClientCertificate?.Subject;
            return _subject == _accepted
                ? Answers.JsonAsync(context, 200, ConfigMaps.Named("x"))
                : Answers.StatusAsync(context, 401, "Unauthorized", "Unauthorized");
        },
        askForClientCertificate: true);

    // From now on the plug-in returns the certificate of this user, and the server believes nobody else.
    private async Task AcceptAsync(FaultyApiServer server, string user)
    {
        var (certificate, key) = server.Authority.IssueEcClient(user);
        var answer = new System.Text.Json.Nodes.JsonObject
        {
            ["apiVersion"] = "client.authentication.k8s.io/v1",
            ["status"] = new System.Text.Json.Nodes.JsonObject { ["clientCertificateData"] = certificate, ["clientKeyData"] = key },
        };
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "answer"), answer.ToJsonString(), s_token);
        _accepted = $"CN={user}";
    }

    private KubernetesClient Client(FaultyApiServer server, string user)
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "ca.crt"), server.Authority.Pem);
        var kubeConfig = Path.Combine(_folder.FullName, "config");
        File.WriteAllText(kubeConfig, $$$"""
            current-context: c
            contexts: [{name: c, context: {cluster: k, user: u}}]
            clusters: [{name: k, cluster: {server: "https://127.0.0.1:{{{server.Port}}}", certificate-authority: ca.crt}}]
            users: [{name: u, user: { {{{user}}} }}]
            """);
        return new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeConfig));
    }
}
