using System.Text;
using System.Text.Json.Nodes;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Configuration;
using KafkaMesh.Kubernetes.Tests.Infrastructure;

namespace KafkaMesh.Kubernetes.Tests.Configuration;

/// <summary>Plug-ins that talk to a person, and those that take their time.</summary>
public sealed class ExecCredentialTests : IDisposable
{
    private const string Answer = """echo '{"apiVersion":"client.authentication.k8s.io/v1","status":{"token":"t"}}'""";
    private static readonly CancellationToken s_token = TestContext.Current.CancellationToken;
    private static readonly KubeConfigCluster s_cluster = new() { Server = "https://10.0.0.1" };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kafkamesh-exec");

    private string Gate => Path.Combine(_folder.FullName, "gate");

    private string WaitForGate => $"while [ ! -e {Gate} ]; do sleep 0.02; done";

    [Theory]
    [InlineData(null, true, true)]
    [InlineData("IfAvailable", true, true)]
    [InlineData("IfAvailable", false, false)]
    [InlineData("Never", true, false)]
    [InlineData("Always", true, true)]
    public async Task GetAsync_InteractiveMode_TellsThePluginWhetherItMayAsk(string? mode, bool hasInput, bool expected)
    {
        var info = Path.Combine(_folder.FullName, "info");
        var credential = Credential($"echo \"$KUBERNETES_EXEC_INFO\" > {info}\n{Answer}", new ExecTerminal(hasInput, Messages: null), mode);

        Assert.Equal("Bearer t", (await credential.GetAsync(s_token)).Authorization!.ToString());
        Assert.Equal(expected, (bool)JsonNode.Parse(await File.ReadAllTextAsync(info, s_token))!["spec"]!["interactive"]!);
    }

    [Fact]
    public void Constructor_AlwaysInteractiveWithoutTerminal_IsNamed()
    {
        var exception = Assert.Throws<KubeConfigException>(() => Credential(Answer, new ExecTerminal(HasInput: false, Messages: null), "Always"));

        Assert.Contains("wants a terminal (interactiveMode: Always)", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetAsync_StandardErrorOfThePlugin_IsShownWhileItRuns()
    {
        using var shown = new ShownText("enter the code ABCD");
        var credential = Credential($"echo enter the code ABCD >&2\n{WaitForGate}\n{Answer}", new ExecTerminal(HasInput: false, shown));
        var got = credential.GetAsync(s_token).AsTask();

        await shown.Seen.WaitAsync(TimeSpan.FromSeconds(30), s_token);
        Assert.False(got.IsCompleted);
        await File.WriteAllTextAsync(Gate, "", s_token);

        Assert.Equal("Bearer t", (await got).Authorization!.ToString());
    }

    [Fact]
    public async Task GetAsync_PluginThatTakesLongerThanARequestMay_IsWaitedFor()
    {
        var clock = new ManualTimeProvider();
        await using var server = await FaultyApiServer.StartAsync((_, context) => Answers.JsonAsync(context, 200, ConfigMaps.Named("x")));
        using var shown = new ShownText("logging in");
        var credential = Credential($"echo logging in >&2\n{WaitForGate}\n{Answer}", new ExecTerminal(HasInput: false, shown));
        using var client = new KubernetesClient(
            server.Configuration(credential), new KubernetesClientOptions { RequestTimeout = TimeSpan.FromSeconds(10) }, timeProvider: clock);
        var got = client.GetAsync(ConfigMaps.Type, "x", "demo", s_token);

        await shown.Seen.WaitAsync(TimeSpan.FromSeconds(30), s_token);
        clock.Advance(TimeSpan.FromSeconds(50));
        await File.WriteAllTextAsync(Gate, "", s_token);

        Assert.NotNull(await got);
        Assert.Equal("Bearer t", Assert.Single(server.Requests).Headers["Authorization"]);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private ExecCredential Credential(string script, ExecTerminal terminal, string? mode = null)
    {
        var file = Path.Combine(_folder.FullName, "plugin.sh");
        File.WriteAllText(file, $"#!/bin/sh\n{script}\n", new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var exec = new KubeConfigExec { Command = file, ApiVersion = "client.authentication.k8s.io/v1", InteractiveMode = mode };
        return new ExecCredential(exec, s_cluster, TimeProvider.System, terminal);
    }

    /// <summary>A terminal on which a text has appeared, or not yet.</summary>
    private sealed class ShownText(string awaited) : StringWriter
    {
        private readonly TaskCompletionSource _seen = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Seen => _seen.Task;

        public override void Write(char[] buffer, int index, int count)
        {
            base.Write(buffer, index, count);
            if (ToString().Contains(awaited, StringComparison.Ordinal))
            {
                _seen.TrySetResult();
            }
        }
    }
}
