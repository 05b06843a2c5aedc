using System.ComponentModel;
using System.Diagnostics;

namespace KafkaMesh.ChartTool;

/// <summary>Renders a kustomization with kubectl; no cluster is asked.</summary>
internal static class Kustomize
{
    /// <summary>Renders a directory.</summary>
    /// <returns>YAML documents.</returns>
    /// <exception cref="ChartException">kubectl is missing or refuses.</exception>
    public static string Render(string kubectl, string directory)
    {
        var start = new ProcessStartInfo(kubectl, ["kustomize", directory]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? output : throw new ChartException($"{kubectl} kustomize {directory} ended with {process.ExitCode}: {errors.Result.Trim()}");
        }
        catch (Win32Exception error)
        {
            throw new ChartException($"{kubectl} cannot be started: {error.Message}");
        }
    }
}
