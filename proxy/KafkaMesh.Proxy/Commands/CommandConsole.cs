using System.Collections;
using KafkaMesh.Proxy.Configuration;

namespace KafkaMesh.Proxy.Commands;

/// <summary>What a command sees of its surroundings.</summary>
/// <param name="output">Standard output; null for that of the process.</param>
/// <param name="error">Standard error; null for that of the process.</param>
/// <param name="environment">Variables of the process.</param>
internal sealed class CommandConsole(TextWriter? output, TextWriter? error, IReadOnlyDictionary<string, string> environment)
{
    /// <summary>Standard output. The process's own is opened when first asked for: the sidecar starts without.</summary>
    public TextWriter Out => output ?? Console.Out;

    /// <summary>Standard error, opened like the output.</summary>
    public TextWriter Error => error ?? Console.Error;

    /// <summary>Variables of the process.</summary>
    public IReadOnlyDictionary<string, string> Environment => environment;

    /// <summary>That of this process.</summary>
    public static CommandConsole OfProcess()
    {
        var variables = new Dictionary<string, string>();
        foreach (DictionaryEntry variable in System.Environment.GetEnvironmentVariables())
        {
            variables[(string)variable.Key] = (string?)variable.Value ?? "";
        }

        return new CommandConsole(null, null, variables);
    }

    /// <summary>Warns of misspelt variables, one line each on standard error.</summary>
    public void WarnOfUnknownVariables()
    {
        foreach (string warning in UnknownVariables.Warnings(Environment))
        {
            Error.WriteLine($"kafkamesh-proxy: {warning}");
        }
    }

    /// <summary>Writes the one line that a failing command leaves on standard error, and returns the exit code.</summary>
    public int Fail(int exitCode, string sentence)
    {
        Error.WriteLine($"kafkamesh-proxy: {sentence}");
        return exitCode;
    }
}
