using System.Collections;
using KafkaMesh.Proxy.Configuration;

namespace KafkaMesh.Proxy.Commands;

/// <summary>What a command sees of its surroundings.</summary>
/// <param name="Out">Standard output.</param>
/// <param name="Error">Standard error.</param>
/// <param name="Environment">Variables of the process.</param>
internal sealed record CommandConsole(TextWriter Out, TextWriter Error, IReadOnlyDictionary<string, string> Environment)
{
    /// <summary>That of this process.</summary>
    public static CommandConsole OfProcess() => new(
        Console.Out,
        Console.Error,
        System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? ""));

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
