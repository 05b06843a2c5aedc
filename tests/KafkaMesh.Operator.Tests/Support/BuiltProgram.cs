using System.Diagnostics;
using System.Text;

namespace KafkaMesh.Operator.Tests.Support;

/// <summary>Runs the built <c>kafkamesh</c> as a process of its own.</summary>
internal static class BuiltProgram
{
    /// <summary>Runs it to its end.</summary>
    /// <param name="input">Standard input.</param>
    /// <param name="arguments">Arguments.</param>
    /// <returns>Exit code, standard output byte for byte, standard error.</returns>
    public static async Task<(int Code, byte[] Output, string Errors)> RunAsync(byte[] input, params string[] arguments)
    {
        using var process = Start(arguments);
        using var output = new MemoryStream();
        var copied = process.StandardOutput.BaseStream.CopyToAsync(output);
        var errors = process.StandardError.ReadToEndAsync();
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading: wrong usage.
        }
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await process.WaitForExitAsync(deadline.Token);
        await copied;
        return (process.ExitCode, output.ToArray(), await errors);
    }

    /// <summary>Starts it; whoever does ends it.</summary>
    public static Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "kafkamesh"), arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("KUBECONFIG");
        return Process.Start(start)!;
    }

    /// <summary>Runs it with text.</summary>
    public static async Task<(int Code, string Output, string Errors)> RunAsync(string input, params string[] arguments)
    {
        var (code, output, errors) = await RunAsync(Encoding.UTF8.GetBytes(input), arguments);
        return (code, Encoding.UTF8.GetString(output), errors);
    }
}
