using System.Diagnostics;

namespace KafkaMesh.Operator.Tests.Cluster;

/// <summary>Runs the real kubectl.</summary>
internal sealed class Kubectl(string kubeconfig, string program = "kubectl", string? path = null)
{
    /// <summary>Whether one is installed.</summary>
    public static bool IsInstalled { get; } =
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "kubectl")));

    /// <summary>Runs a command that must succeed.</summary>
    /// <returns>Its output.</returns>
    public async Task<string> RunAsync(string? input, params string[] arguments)
    {
        var (code, output, errors) = await TryRunAsync(input, arguments);
        Assert.True(code == 0, $"kubectl {string.Join(' ', arguments)} ended with {code}: {errors}");
        return output;
    }

    /// <summary>Runs a command.</summary>
    public async Task<(int Code, string Output, string Errors)> TryRunAsync(string? input, params string[] arguments)
    {
        var start = new ProcessStartInfo(program) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["KUBECONFIG"] = kubeconfig;
        if (path is not null)
            start.Environment["PATH"] = path;
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await process.WaitForExitAsync(deadline.Token);
        return (process.ExitCode, await output, await errors);
    }
}
