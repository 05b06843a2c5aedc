using System.Text.RegularExpressions;
using KafkaMesh.Operator.Tests.Cluster;
using KafkaMesh.Operator.Tests.Commands.Top;
using KafkaMesh.Operator.Tests.Support;

namespace KafkaMesh.Operator.Tests.Commands.Clusters;

/// <summary>Commands whose kubeconfig has a credential plug-in that asks a person.</summary>
public sealed class CredentialPluginTests(OperatorFixture fixture) : IClassFixture<OperatorFixture>
{
    [Fact]
    public async Task Status_PluginThatAsksOnTheTerminal_GetsTheAnswer()
    {
        await fixture.ApplyMonitorAsync("login");
        using var terminal = new TerminalProcess("status", "-n", "login", "--kubeconfig", await KubeconfigAsync());

        await terminal.UntilAsync("the plug-in's question", o => o.Contains("Code: ", StringComparison.Ordinal));
        terminal.Press("42\r");
        await terminal.UntilAsync("the end", o => o.Contains("after=", StringComparison.Ordinal));

        Assert.Equal("0", terminal.Value("code"));
        Assert.Contains("orders", terminal.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_PluginThatCannotAsk_SaysWhy()
    {
        var (code, _, errors) = await BuiltProgram.RunAsync("", "status", "-n", "login", "--kubeconfig", await KubeconfigAsync());

        Assert.NotEqual(0, code);
        Assert.Contains("plugin.sh' ended with code 3: nobody to ask", errors, StringComparison.Ordinal);
    }

    // The administrator's kubeconfig, with a plug-in that hands out the token to who knows the code.
    private async Task<string> KubeconfigAsync()
    {
        var text = await File.ReadAllTextAsync(fixture.Cluster.TokenKubeconfigPath);
        var token = Regex.Match(text, "token: (.*)").Groups[1].Value.Trim();
        var plugin = Path.Combine(fixture.Cluster.Directory, "plugin.sh");
        await File.WriteAllTextAsync(plugin, $$$"""
            #!/bin/sh
            case $KUBERNETES_EXEC_INFO in *'"interactive":true'*) ;; *) echo nobody to ask >&2; exit 3;; esac
            printf 'Code: ' >&2
            read code
            [ "$code" = 42 ] || exit 4
            echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"{{{token}}}"}}'

            """);
        File.SetUnixFileMode(plugin, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var file = Path.Combine(fixture.Cluster.Directory, "kubeconfig-plugin");
        await File.WriteAllTextAsync(file, Regex.Replace(
            text, "token: .*", $"exec: {{apiVersion: client.authentication.k8s.io/v1, interactiveMode: IfAvailable, command: {plugin}}}"));
        return file;
    }
}
