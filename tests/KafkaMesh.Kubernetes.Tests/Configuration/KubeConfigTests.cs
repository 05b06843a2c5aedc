using System.Text;
using KafkaMesh.Kubernetes.Configuration;
using KafkaMesh.Kubernetes.Tests.Infrastructure;

namespace KafkaMesh.Kubernetes.Tests.Configuration;

/// <summary>Kubeconfig as kubectl reads it, and one clear sentence for what is wrong in it.</summary>
public sealed class KubeConfigTests : IDisposable
{
    private static readonly CancellationToken s_token = TestContext.Current.CancellationToken;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kafkamesh-kubeconfig");

    [Fact]
    public async Task BuildConfigFromConfigFile_TwoFiles_FirstWinsAndPathsBelongToTheirFile()
    {
        Directory.CreateDirectory(Path.Combine(_folder.FullName, "sub"));
        var first = Write("first", """
            current-context: work
            contexts:
              - {name: work, context: {cluster: c, user: u, namespace: shop}}
            clusters:
              - {name: c, cluster: {server: "https://10.0.0.1:6443/prefix", tls-server-name: api.internal}}
            """);
        var second = Write("sub/second", """
            current-context: other
            contexts:
              - {name: work, context: {cluster: wrong, user: wrong}}
            clusters:
              - {name: c, cluster: {server: "https://wrong"}}
            users:
              - {name: u, user: {tokenFile: token}}
            """);
        Write("sub/token", "secret\n");

        var config = KubernetesClientConfiguration.BuildConfigFromConfigFile($"{first}:{Path.Combine(_folder.FullName, "absent")}:{second}");

        Assert.Equal("https://10.0.0.1:6443/prefix/", config.Host.AbsoluteUri);
        Assert.Equal(("shop", "api.internal"), (config.Namespace, config.TlsServerName));
        Assert.Equal("Bearer secret", (await config.Credentials.GetAsync(s_token)).Authorization!.ToString());
    }

    [Fact]
    public async Task BuildConfigFromConfigFile_NamedContext_IsTakenWithItsPassword()
    {
        var file = Write("config", Config("{username: alice, password: wonder}", "insecure-skip-tls-verify: true, proxy-url: \"http://proxy:3128\", "));

        var config = KubernetesClientConfiguration.BuildConfigFromConfigFile(file, "c");

        Assert.True(config.SkipTlsVerify);
        Assert.Equal("http://proxy:3128/", config.Proxy!.AbsoluteUri);
        Assert.Equal("default", config.Namespace);
        Assert.Equal(Convert.ToBase64String("alice:wonder"u8), (await config.Credentials.GetAsync(s_token)).Authorization!.Parameter);
    }

    [Theory]
    [InlineData("{exec: {command: x}}", "users[0].user.exec needs 'apiVersion'")]
    [InlineData("{client-certificate-data: \"###\"}", "users[0].user.client-certificate-data must be base64")]
    [InlineData("{client-certificate-data: eA==}", "has a client certificate or key but not both")]
    [InlineData("{client-certificate-data: eA==, client-key-data: eA==}", "The client certificate and key of user 'u' cannot be used")]
    [InlineData("{client-certificate: nosuch, client-key: nosuch}", "nosuch that kubeconfig names cannot be read")]
    [InlineData("[]", "users[0].user must be a mapping")]
    [InlineData("{exec: {apiVersion: client.authentication.k8s.io/v1alpha1, command: login}}", "use client.authentication.k8s.io/v1 or v1beta1")]
    [InlineData("{auth-provider: {name: gcp}}", "users[0].user.auth-provider was removed from Kubernetes 1.26")]
    [InlineData("{as: admin, token: t}", "users[0].user.as asks for impersonation")]
    public void BuildConfigFromConfigFile_WrongUser_IsNamed(string user, string expected)
    {
        var file = Write("config", Config(user));

        Assert.Contains(expected, Assert.Throws<KubeConfigException>(() => KubernetesClientConfiguration.BuildConfigFromConfigFile(file)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "No context is current")]
    [InlineData("current-context: nosuch", "There is no context 'nosuch'")]
    [InlineData("current-context: a\ncontexts: [{name: a, context: {cluster: b, user: u}}]", "names the cluster 'b', which is not in")]
    [InlineData("current-context: a\ncontexts: [{name: a, context: {cluster: c}}]\nclusters: [{name: c, cluster: {server: \"ftp://x\"}}]", "is not an http(s) address")]
    [InlineData("current-context: a\ncontexts: [{name: a, context: {cluster: c}}]\nclusters: [{name: c, cluster: {server: \"https://x\", certificate-authority-data: eA==}}]", "There is no certificate in certificate-authority-data")]
    [InlineData("clusters: {name: c}", "clusters must be a list")]
    [InlineData("a: [", "cannot be read")]
    public void BuildConfigFromConfigFile_WrongFile_IsNamed(string text, string expected)
    {
        var file = Write("config", text);

        Assert.Contains(expected, Assert.Throws<KubeConfigException>(() => KubernetesClientConfiguration.BuildConfigFromConfigFile(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void BuildConfigFromConfigFile_NoFile_SaysWhatToDo() => Assert.Contains(
        "set KUBECONFIG, or run inside a pod",
        Assert.Throws<KubeConfigException>(() => KubernetesClientConfiguration.BuildConfigFromConfigFile(Path.Combine(_folder.FullName, "absent"))).Message,
        StringComparison.Ordinal);

    [Fact]
    public async Task GetAsync_ExecPlugin_RunsOnceUntilItsTokenEndsOrIsRefused()
    {
        var clock = new ManualTimeProvider();
        var plugin = Plugin("""
            echo run >> "$RUNS"
            echo "$KUBERNETES_EXEC_INFO" > "$INFO"
            n=$(wc -l < "$RUNS")
            echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"token-'$n'","expirationTimestamp":"2026-11-22T10:10:00Z"}}'
            """);
        var info = Path.Combine(_folder.FullName, "info");
        var file = Write("config", Config(
            $"{{exec: {{apiVersion: client.authentication.k8s.io/v1, command: ./{plugin}, provideClusterInfo: true, interactiveMode: Never, env: [{{name: RUNS, value: {_folder.FullName}/runs}}, {{name: INFO, value: {info}}}]}}}}"));
        var credentials = KubernetesClientConfiguration.BuildConfigFromConfigFile(file, timeProvider: clock).Credentials;

        var tokens = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ => (await credentials.GetAsync(s_token)).Authorization!.Parameter));
        Assert.All(tokens, token => Assert.Equal("token-1", token));
        clock.Advance(TimeSpan.FromMinutes(9));
        Assert.Equal("token-1", (await credentials.GetAsync(s_token)).Authorization!.Parameter);
        var refused = await credentials.GetAsync(s_token);
        Assert.True(credentials.Invalidate(refused));
        Assert.Equal("token-2", (await credentials.GetAsync(s_token)).Authorization!.Parameter);
        Assert.True(credentials.Invalidate(refused)); // of a second request that was refused with the first: no reason for another run
        Assert.Equal("token-2", (await credentials.GetAsync(s_token)).Authorization!.Parameter);
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("token-3", (await credentials.GetAsync(s_token)).Authorization!.Parameter);
        Assert.Equal(
            """{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","spec":{"interactive":false,"cluster":{"server":"https://10.0.0.1"}}}""",
            File.ReadAllText(info).Trim());
    }

    [Theory]
    [InlineData("echo no network >&2; exit 3", "ended with code 3: no network")]
    [InlineData("echo hello", "did not answer with an ExecCredential")]
    [InlineData("""echo '{"apiVersion":"client.authentication.k8s.io/v1beta1","status":{"token":"x"}}'""", "answered in apiVersion 'client.authentication.k8s.io/v1beta1'")]
    [InlineData("""echo '{"apiVersion":"client.authentication.k8s.io/v1","status":{}}'""", "returned neither a token nor a client certificate")]
    public async Task GetAsync_ExecPluginThatFails_IsNamed(string script, string expected)
    {
        var file = Write("config", Config($"{{exec: {{apiVersion: client.authentication.k8s.io/v1, command: ./{Plugin(script)}, interactiveMode: Never}}}}"));
        var credentials = KubernetesClientConfiguration.BuildConfigFromConfigFile(file).Credentials;

        var exception = await Assert.ThrowsAsync<KubeConfigException>(async () => await credentials.GetAsync(s_token));

        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    // .NET would take it from the program's own directory.
    [Fact]
    public async Task GetAsync_ExecPluginBesideTheProgram_IsNotFoundOutsidePath()
    {
        Assert.True(File.Exists(Environment.ProcessPath));
        var file = Write("config", Config($"{{exec: {{apiVersion: client.authentication.k8s.io/v1, command: {Path.GetFileName(Environment.ProcessPath)}}}}}"));
        var credentials = KubernetesClientConfiguration.BuildConfigFromConfigFile(file).Credentials;

        var exception = await Assert.ThrowsAsync<KubeConfigException>(async () => await credentials.GetAsync(s_token));

        Assert.Contains("no directory of PATH holds it", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetAsync_ExecPluginThatIsMissing_GivesTheInstallHint()
    {
        var file = Write("config", Config("{exec: {apiVersion: client.authentication.k8s.io/v1, command: kafkamesh-no-such-plugin, installHint: Get it from the team page.}}"));
        var credentials = KubernetesClientConfiguration.BuildConfigFromConfigFile(file).Credentials;

        var exception = await Assert.ThrowsAsync<KubeConfigException>(async () => await credentials.GetAsync(s_token));

        Assert.EndsWith("Get it from the team page.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetAsync_ExecPluginOfTheBetaVersionWithClusterConfig_IsToldIt()
    {
        var plugin = Plugin("""
            echo "$KUBERNETES_EXEC_INFO" > "$INFO"
            echo '{"apiVersion":"client.authentication.k8s.io/v1beta1","kind":"ExecCredential","status":{"token":"beta"}}'
            """);
        var info = Path.Combine(_folder.FullName, "info");
        var file = Write("config", Config(
            $"{{exec: {{apiVersion: client.authentication.k8s.io/v1beta1, command: ./{plugin}, provideClusterInfo: true, interactiveMode: Never, env: [{{name: INFO, value: {info}}}]}}}}",
            "extensions: [{name: other, extension: {}}, {name: client.authentication.k8s.io/exec, extension: {audience: \"06e3\", retries: 3, deep: [true, null]}}], "));
        var credentials = KubernetesClientConfiguration.BuildConfigFromConfigFile(file).Credentials;

        Assert.Equal("beta", (await credentials.GetAsync(s_token)).Authorization!.Parameter);

        Assert.Equal(
            """{"apiVersion":"client.authentication.k8s.io/v1beta1","kind":"ExecCredential","spec":{"interactive":false,"cluster":{"server":"https://10.0.0.1","config":{"audience":"06e3","retries":3,"deep":[true,null]}}}}""",
            File.ReadAllText(info).Trim());
    }

    [Fact]
    public async Task GetAsync_FirstCallerGivesUp_PluginRunsOnForTheOthers()
    {
        var gate = Path.Combine(_folder.FullName, "gate");
        var plugin = Plugin($$$"""
            while [ ! -e {{{gate}}} ]; do sleep 0.02; done
            echo '{"apiVersion":"client.authentication.k8s.io/v1","status":{"token":"late"}}'
            """);
        var file = Write("config", Config($"{{exec: {{apiVersion: client.authentication.k8s.io/v1, command: ./{plugin}}}}}"));
        var credentials = KubernetesClientConfiguration.BuildConfigFromConfigFile(file).Credentials;
        using var impatient = new CancellationTokenSource();
        var first = credentials.GetAsync(impatient.Token).AsTask();
        var second = credentials.GetAsync(s_token).AsTask();

        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        File.WriteAllText(gate, "");

        Assert.Equal("late", (await second).Authorization!.Parameter);
    }

    [Theory]
    [InlineData("{token: t, exec: {apiVersion: client.authentication.k8s.io/v1, command: kafkamesh-no-such-plugin}}", "Bearer t")]
    [InlineData("{username: u, password: p, exec: {apiVersion: client.authentication.k8s.io/v1, command: kafkamesh-no-such-plugin}}", "Basic dTpw")]
    public async Task BuildConfigFromConfigFile_TokenOrPasswordBesideAPlugin_Wins(string user, string expected)
    {
        var file = Write("config", Config(user));

        Assert.Equal(expected, (await KubernetesClientConfiguration.BuildConfigFromConfigFile(file).Credentials.GetAsync(s_token)).Authorization!.ToString());
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static string Config(string user, string cluster = "") => $$$"""
        current-context: c
        contexts: [{name: c, context: {cluster: k, user: u}}]
        clusters: [{name: k, cluster: {{{{cluster}}}server: "https://10.0.0.1"}}]
        users: [{name: u, user: {{{user}}}}]
        """;

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        return path;
    }

    private string Plugin(string script)
    {
        var path = Write("plugin.sh", $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return "plugin.sh";
    }
}
