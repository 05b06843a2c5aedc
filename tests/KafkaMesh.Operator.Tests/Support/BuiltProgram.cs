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
        var result = await Programs.RunAsync(Describe(arguments), input);
        return (result.Code, result.Output, result.Errors);
    }

    /// <summary>Runs it with text.</summary>
    public static async Task<(int Code, string Output, string Errors)> RunAsync(string input, params string[] arguments)
    {
        var result = await Programs.RunAsync(Describe(arguments), Encoding.UTF8.GetBytes(input));
        return (result.Code, result.Text, result.Errors);
    }

    /// <summary>Starts it; whoever does ends it.</summary>
    public static Process Start(params string[] arguments) => Process.Start(Describe(arguments))!;

    /// <summary>It, to be started as in a shell that names no cluster.</summary>
    public static ProcessStartInfo Describe(params string[] arguments)
    {
        var start = Programs.Describe(Path.Combine(AppContext.BaseDirectory, "kafkamesh"), arguments);
        start.Environment.Remove("KUBECONFIG");
        return start;
    }
}
