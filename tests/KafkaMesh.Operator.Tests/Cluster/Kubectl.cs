using System.Text;
using KafkaMesh.Operator.Tests.Support;

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
        var start = Programs.Describe(program, arguments);
        start.Environment["KUBECONFIG"] = kubeconfig;
        if (path is not null)
            start.Environment["PATH"] = path;
        var result = await Programs.RunAsync(start, Encoding.UTF8.GetBytes(input ?? ""));
        return (result.Code, result.Text, result.Errors);
    }
}
