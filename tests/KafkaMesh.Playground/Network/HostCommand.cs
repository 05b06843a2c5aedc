using System.ComponentModel;
using System.Diagnostics;

namespace KafkaMesh.Playground.Network;

/// <summary>Runs one of the machine's own tools (ip, nft, tar) to its end and turns a failure into one sentence.</summary>
internal static class HostCommand
{
    /// <summary>Runs <paramref name="program"/> and returns its standard output; <paramref name="input"/> is its standard input.</summary>
    /// <exception cref="HostCommandException">The tool is missing or ended with a code other than 0; the message holds what it said.</exception>
    public static async Task<string> RunAsync(string program, IEnumerable<string> arguments, string input = "", CancellationToken cancellationToken = default)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        using var process = Start(start);
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var error = process.StandardError.ReadToEndAsync(cancellationToken);
        await WriteInputAsync(process, input);
        await WaitAsync(process, cancellationToken);
        if (process.ExitCode != 0)
        {
            throw new HostCommandException($"{program} {string.Join(' ', start.ArgumentList)} ended with code {process.ExitCode}: {(await error).Trim()}");
        }
        return await output;
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start) ?? throw new HostCommandException($"{start.FileName} could not be started");
        }
        catch (Win32Exception e)
        {
            throw new HostCommandException($"{start.FileName} could not be started ({e.Message}): install the Debian package that holds it", e);
        }
    }

    /// <summary>Waits for the end; a cancelled tool is killed first, so that nothing is made any more while the caller removes what there is.</summary>
    private static async Task WaitAsync(Process process, CancellationToken cancellationToken)
    {
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            throw;
        }
    }

    private static async Task WriteInputAsync(Process process, string input)
    {
        try
        {
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The tool ended without reading its input: its exit code and its own words say why.
        }
    }
}
