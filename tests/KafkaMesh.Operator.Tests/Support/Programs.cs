using System.Diagnostics;

namespace KafkaMesh.Operator.Tests.Support;

/// <summary>Runs programs: the built ones and those of the machine.</summary>
internal static class Programs
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>Runs a program with this process's environment and no input.</summary>
    public static Task<ProgramResult> RunAsync(string program, params string[] arguments) => RunAsync(Describe(program, arguments));

    /// <summary>Runs a program to its end; one that takes longer than the limit is killed and fails the test.</summary>
    /// <param name="start">What <see cref="Describe"/> made.</param>
    /// <param name="input">Standard input.</param>
    /// <param name="limit">How long it may take; null: a minute.</param>
    public static async Task<ProgramResult> RunAsync(ProcessStartInfo start, byte[]? input = null, TimeSpan? limit = null)
    {
        using var process = Process.Start(start)!;
        using var output = new MemoryStream();
        var copied = process.StandardOutput.BaseStream.CopyToAsync(output);
        var errors = process.StandardError.ReadToEndAsync();
        using var deadline = new CancellationTokenSource(limit ?? Patience);
        try
        {
            await FeedAsync(process, input ?? [], deadline.Token);
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{start.FileName} {string.Join(' ', start.ArgumentList)} was killed after {limit ?? Patience}: {await errors}");
        }
        await copied;
        return new ProgramResult(process.ExitCode, output.ToArray(), await errors);
    }

    /// <summary>A program to start, with all three streams redirected; its environment may still be changed.</summary>
    public static ProcessStartInfo Describe(string program, params IEnumerable<string> arguments) =>
        new(program, arguments) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };

    private static async Task FeedAsync(Process process, byte[] input, CancellationToken cancellationToken)
    {
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(input, cancellationToken);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading: wrong usage.
        }
    }
}
