using KafkaMesh.Contracts;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Configuration;
using KafkaMesh.Operator.Admission;
using KafkaMesh.Operator.Commands.Clusters;
using KafkaMesh.Operator.Commands.OperatorApi;
using KafkaMesh.Operator.Manifests;
using KafkaMesh.Operator.Wording;

namespace KafkaMesh.Operator.Commands.Injection;

/// <summary>What the commands that change manifests print, and how they end.</summary>
internal static class CommandOutput
{
    /// <summary>The input is no manifest (sysexits.h, EX_DATAERR).</summary>
    public const int ExitData = 65;

    /// <summary>A file cannot be opened (sysexits.h, EX_NOINPUT).</summary>
    public const int ExitNoInput = 66;

    /// <summary>The cluster cannot be asked (sysexits.h, EX_UNAVAILABLE).</summary>
    public const int ExitUnavailable = 69;

    /// <summary>Text of <c>--help</c> on how the commands end.</summary>
    public const string ExitCodes = """
        Exit codes:
          0   done, also when nothing was to do
          64  wrong usage
          65  input that is no UTF-8, YAML, JSON or Kubernetes object
          66  a file that cannot be opened
          69  a cluster that cannot be asked
        Standard output is empty unless the code is 0.
        """;

    /// <summary>Prints manifests and report.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> WriteAsync(IReadOnlyList<ManifestFile> files, TemplateChanges changes, ManifestFormat? format, IReadOnlyList<string> notes)
    {
        var writer = new ManifestWriter(format);
        var output = writer.Write(files, changes.Changed);
        foreach (var note in notes)
            await Console.Error.WriteLineAsync("note: " + note);
        foreach (var result in changes.Results)
            await Console.Error.WriteLineAsync(result.Line);
        foreach (var document in writer.Rewritten)
            await Console.Error.WriteLineAsync($"note: {document.Source}: document {document.Number} could not be changed in place and was written anew, without its comments");
        await Console.Error.WriteLineAsync(Summary(changes.Results));
        await using var standardOutput = Console.OpenStandardOutput();
        await standardOutput.WriteAsync(output);
        return 0;
    }

    /// <summary>Runs a command and turns what people did wrong into one line and an exit code.</summary>
    public static async Task<int> GuardAsync(string command, Func<Task<int>> run)
    {
        try
        {
            return await run();
        }
        catch (UsageException error)
        {
            return await FailAsync(WellKnownNames.ExitUsage, error.Message);
        }
        catch (KubeConfigException error)
        {
            return await FailAsync(WellKnownNames.ExitUsage, error.Message);
        }
        catch (ManifestException error)
        {
            return await FailAsync(ExitData, error.Message);
        }
        catch (ApiException error)
        {
            return await FailAsync(ExitUnavailable, "the cluster cannot be asked: " + error.Message);
        }
        catch (OperatorApiException error)
        {
            return await FailAsync(error.ExitCode, error.Message);
        }
        catch (IOException error)
        {
            return await FailAsync(ExitNoInput, error.Message);
        }

        async Task<int> FailAsync(int code, string message)
        {
            await Console.Error.WriteLineAsync($"kafkamesh {command}: {PlainText.Of(message.ReplaceLineEndings(" "))}");
            return code;
        }
    }

    private static string Summary(IReadOnlyList<TemplateResult> results)
    {
        if (results.Count == 0)
            return "no pod template in the input";
        var injected = results.Count(r => r.Outcome == InjectionOutcome.Injected);
        var unchanged = results.Count(r => r.Outcome == InjectionOutcome.Unchanged);
        return $"{results.Count} pod template{(results.Count == 1 ? "" : "s")}: {injected} changed, {unchanged} up to date, {results.Count - injected - unchanged} left alone";
    }
}
