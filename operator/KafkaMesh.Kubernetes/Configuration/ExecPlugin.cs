using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace KafkaMesh.Kubernetes.Configuration;

/// <summary>Runs a credential plug-in once: variables in, <c>ExecCredential</c> JSON out.</summary>
internal static class ExecPlugin
{
    private const int MaxOutputCharacters = 1024 * 1024;
    private static readonly TimeSpan s_deadline = TimeSpan.FromMinutes(1);

    /// <summary>Runs it.</summary>
    /// <param name="exec">The plug-in.</param>
    /// <param name="cluster">What it is told of the cluster, if it wants to know.</param>
    /// <param name="terminal">Where it can talk to a person. One that may ask has as long as the person takes; any other a minute.</param>
    /// <exception cref="KubeConfigException">It cannot be started, failed, or did not answer with a credential.</exception>
    public static async Task<ExecCredentialStatus> RunAsync(KubeConfigExec exec, KubeConfigCluster cluster, ExecTerminal terminal)
    {
        var isInteractive = terminal.LetsAsk(exec);
        using var deadline = new CancellationTokenSource(isInteractive ? Timeout.InfiniteTimeSpan : s_deadline);
        using var process = Start(exec, cluster, isInteractive);
        try
        {
            if (!isInteractive)
            {
                process.StandardInput.Close();
            }

            var output = ReadAsync(process.StandardOutput, copy: null, deadline.Token);
            var error = ReadAsync(process.StandardError, terminal.Messages, deadline.Token);
            await process.WaitForExitAsync(deadline.Token);
            return process.ExitCode == 0
                ? Parse(exec, await output)
                : throw new KubeConfigException($"The credential plug-in '{exec.Command}' ended with code {process.ExitCode}: {(await error).Trim()}");
        }
        catch (OperationCanceledException exception)
        {
            throw new KubeConfigException($"The credential plug-in '{exec.Command}' gave no answer within {s_deadline.TotalSeconds:0} s.", exception);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private static Process Start(KubeConfigExec exec, KubeConfigCluster cluster, bool isInteractive)
    {
        var program = ExecPath.Find(exec.Command, Environment.GetEnvironmentVariable("PATH"))
            ?? throw CannotStart(exec, "no directory of PATH holds it", null);
        var start = new ProcessStartInfo(program, exec.Arguments)
        {
            RedirectStandardInput = !isInteractive,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var (name, value) in exec.Environment)
        {
            start.Environment[name] = value;
        }

        start.Environment["KUBERNETES_EXEC_INFO"] = ExecInfo(exec, cluster, isInteractive).ToJsonString();
        try
        {
            return Process.Start(start) ?? throw CannotStart(exec, "nothing was started", null);
        }
        catch (Win32Exception exception)
        {
            throw CannotStart(exec, exception.Message, exception);
        }
    }

    private static KubeConfigException CannotStart(KubeConfigExec exec, string reason, Exception? cause)
    {
        var hint = exec.InstallHint is null ? "" : $" {exec.InstallHint.Trim()}";
        return new KubeConfigException($"The credential plug-in '{exec.Command}' cannot be started: {reason}.{hint}", cause);
    }

    private static JsonObject ExecInfo(KubeConfigExec exec, KubeConfigCluster cluster, bool isInteractive)
    {
        var spec = new JsonObject { ["interactive"] = isInteractive };
        if (exec.ProvideClusterInfo)
        {
            var info = new JsonObject { ["server"] = cluster.Server };
            var authority = cluster.CertificateAuthorityData
                ?? (cluster.CertificateAuthority is { } file && File.Exists(file) ? File.ReadAllBytes(file) : null);
            AddUnlessNull(info, "certificate-authority-data", authority is null ? null : Convert.ToBase64String(authority));
            AddUnlessNull(info, "tls-server-name", cluster.TlsServerName);
            AddUnlessNull(info, "proxy-url", cluster.ProxyUrl);
            if (cluster.InsecureSkipTlsVerify)
            {
                info["insecure-skip-tls-verify"] = true;
            }

            if (cluster.ExecConfig is { } config)
            {
                info["config"] = config.DeepClone();
            }

            spec["cluster"] = info;
        }

        return new JsonObject { ["apiVersion"] = exec.ApiVersion, ["kind"] = "ExecCredential", ["spec"] = spec };
    }

    private static void AddUnlessNull(JsonObject target, string name, string? value)
    {
        if (value is not null)
        {
            target[name] = value;
        }
    }

    private static async Task<string> ReadAsync(StreamReader reader, TextWriter? copy, CancellationToken cancellationToken)
    {
        var buffer = new char[4096];
        var text = new System.Text.StringBuilder();
        int read;
        while ((read = await reader.ReadAsync(buffer, cancellationToken)) > 0)
        {
            // A prompt or a link to log in with must be seen before the plug-in ends.
            copy?.Write(buffer, 0, read);

            // What is beyond the bound is drained, so that the plug-in can end, and left out.
            text.Append(buffer, 0, Math.Min(read, MaxOutputCharacters - text.Length));
        }

        return text.ToString();
    }

    private static ExecCredentialStatus Parse(KubeConfigExec exec, string output)
    {
        try
        {
            var document = JsonNode.Parse(output) as JsonObject;
            var apiVersion = (string?)document?["apiVersion"];
            if (apiVersion != exec.ApiVersion)
            {
                throw new KubeConfigException($"The credential plug-in '{exec.Command}' answered in apiVersion '{apiVersion}' instead of '{exec.ApiVersion}'.");
            }

            var status = document?["status"] as JsonObject;
            var token = (string?)status?["token"];
            var certificate = (string?)status?["clientCertificateData"];
            var key = (string?)status?["clientKeyData"];
            if (token is null && (certificate is null || key is null))
            {
                throw new KubeConfigException($"The credential plug-in '{exec.Command}' returned neither a token nor a client certificate with its key.");
            }

            return new ExecCredentialStatus(
                new Credential(
                    token is null ? null : new AuthenticationHeaderValue("Bearer", token),
                    certificate is null || key is null ? null : ClientCertificate.Load(certificate, key, $"the credential plug-in '{exec.Command}'")),
                (string?)status?["expirationTimestamp"] is { } text ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture) : null);
        }
        catch (Exception exception) when (exception is JsonException or FormatException or InvalidOperationException)
        {
            throw new KubeConfigException($"The credential plug-in '{exec.Command}' did not answer with an ExecCredential: {exception.Message}", exception);
        }
    }
}
