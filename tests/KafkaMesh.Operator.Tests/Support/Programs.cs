using System.Diagnostics;

namespace KafkaMesh.Operator.Tests.Support;

/// <summary>Runs a program of the machine.</summary>
internal static class Programs
{
    /// <summary>Runs it to its end, at most a minute.</summary>
    /// <returns>Exit code; standard output, and after it standard error of one that failed.</returns>
    public static async Task<(int ExitCode, string Output)> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var errors = process.StandardError.ReadToEndAsync(deadline.Token);
        var output = await process.StandardOutput.ReadToEndAsync(deadline.Token);
        await process.WaitForExitAsync(deadline.Token);
        return (process.ExitCode, process.ExitCode == 0 ? output : output + await errors);
    }
}
