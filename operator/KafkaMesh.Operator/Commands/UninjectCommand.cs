using System.CommandLine;
using KafkaMesh.Operator.Admission;
using KafkaMesh.Operator.Commands.Injection;
using KafkaMesh.Operator.Manifests;

namespace KafkaMesh.Operator.Commands;

/// <summary><c>kafkamesh uninject</c>: takes out of manifests what an injection has added.</summary>
internal static class UninjectCommand
{
    private const string Help = """
        Takes out what kafkamesh inject or the webhook added, whatever their version and monitor, and prints all manifests for
        kubectl apply -f -. Documents without a change are printed byte for byte as they were.

        Example: kubectl get deployment orders -o yaml | kafkamesh uninject -f - | kubectl apply -f -
        """;

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var manifests = new ManifestOptions("default");
        var command = new Command("uninject", "Take the Kafka sidecar out of the pod templates of manifests") { HelpWithText.Option(Help + "\n\n" + CommandOutput.ExitCodes) };
        manifests.AddTo(command);
        command.SetAction((result, _) => CommandOutput.GuardAsync("uninject", () => RunAsync(manifests, result)));
        return command;
    }

    private static Task<int> RunAsync(ManifestOptions manifests, ParseResult result)
    {
        var format = manifests.Format(result);
        var namespaceName = manifests.NamespaceName(result) ?? "default";
        var files = ManifestFiles.Read(manifests.FileNames(result), result.GetValue(manifests.Recursive), Console.OpenStandardInput());
        var changes = new TemplateChanges();
        changes.Visit(files, namespaceName, (pod, _) =>
        {
            var patch = InjectionEngine.Remove(pod);
            return patch.Count > 0
                ? (InjectionOutcome.Injected, "sidecar taken out", patch)
                : (InjectionOutcome.NotSelected, "carries no sidecar of KafkaMesh", patch);
        });
        return CommandOutput.WriteAsync(files, changes, format, []);
    }
}
