using System.Diagnostics;

namespace KafkaMesh.EndToEnd;

/// <summary>Runs a process to its end, bounded in time.</summary>
internal static class Command
{
    public static async Task<CommandResult> RunAsync(string file, IReadOnlyList<string> arguments, string? input, TimeSpan deadline)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (input is not null)
            await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();

        using var timeout = new CancellationTokenSource(deadline);
        try
        {
            await process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException late)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"`{file} {string.Join(' ', arguments)}` ran longer than {deadline.TotalSeconds:0} s", late);
        }

        return new CommandResult($"{file} {string.Join(' ', arguments)}", process.ExitCode, await output, await error);
    }
}
