using System.ComponentModel;
using System.Diagnostics;

namespace KafkaMesh.Proxy.Redirect;

/// <summary>Runs a program that reads or changes rules, and waits for its end.</summary>
internal static class HostProgram
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    /// <summary>Runs it.</summary>
    /// <param name="program">Found by PATH.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="input">Standard input.</param>
    /// <param name="variable">A variable to set for it.</param>
    public static ProgramOutput Run(string program, IEnumerable<string> arguments, string input, (string Name, string Value)? variable = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (variable is { } set)
        {
            start.Environment[set.Name] = set.Value;
        }

        try
        {
            using Process process = Process.Start(start)!;
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            Task<string> error = process.StandardError.ReadToEndAsync();
            process.StandardInput.Write(input);
            process.StandardInput.Close();
            if (!process.WaitForExit(s_limit))
            {
                process.Kill();
                return new ProgramOutput(ProgramOutput.Broken, "", $"{program} did not end within {s_limit.TotalSeconds} s");
            }

            string reason = process.ExitCode == 0 ? "" : $"{program} failed ({process.ExitCode}): {OneLine(error.GetAwaiter().GetResult())}";
            return new ProgramOutput(process.ExitCode, output.GetAwaiter().GetResult(), reason);
        }
        catch (Win32Exception)
        {
            return new ProgramOutput(ProgramOutput.Missing, "", $"{program} is not installed here (PATH={Environment.GetEnvironmentVariable("PATH")})");
        }
        catch (IOException e)
        {
            return new ProgramOutput(ProgramOutput.Broken, "", $"{program} broke off: {e.Message}");
        }
    }

    private static string OneLine(string text) => string.Join(' ', text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
}
