using System.Reflection;
using System.Text.Json.Nodes;
using KafkaMesh.Contracts;
using KafkaMesh.Operator.Admission.Pods;
using KafkaMesh.Operator.Diagnosis.Reading;
using KafkaMesh.Operator.Hosting;
using KafkaMesh.Operator.Manifests;

namespace KafkaMesh.Operator.Diagnosis.Checks;

/// <summary>KM1xx: the cluster and the definition of KafkaMonitors.</summary>
internal static class ClusterChecks
{
    /// <summary>Minor version of the oldest Kubernetes that is supported.</summary>
    public const int OldestMinor = 28;

    /// <summary>Minor version of the newest Kubernetes that was tried.</summary>
    public const int NewestMinor = 36;

    /// <summary>Looks.</summary>
    public static IEnumerable<Finding> Run(ClusterSight sight)
    {
        if (sight.Server.Value is not { } server)
        {
            yield return CheckCodes.ApiServer.Error(sight.Server.Problem ?? "it answers with nothing", "Look at kubectl cluster-info with the same kubeconfig and context.");
            yield break;
        }
        yield return CheckCodes.ApiServer.Ok($"Kubernetes {server.GitVersion}");
        yield return Version(server.GitVersion);
        yield return Definition(sight);
        if (sight.Definition.Value is { } definition)
            yield return DefinitionVersion(definition);
        if (sight.Narrowed is { } problem)
            yield return CheckCodes.Scope.Unknown($"{problem}: only namespace {sight.OnlyNamespace} was looked at");
        else if (sight.OnlyNamespace is null && sight.Monitors.Problem is null)
            yield return CheckCodes.Scope.Ok("all namespaces were looked at");
    }

    private static Finding Version(string? text) => ClusterProbe.MinorOf(text) switch
    {
        null => CheckCodes.KubernetesVersion.Unknown($"'{text}' is no version of Kubernetes 1"),
        < OldestMinor => CheckCodes.KubernetesVersion.Error($"{text} is older than 1.{OldestMinor}", $"Upgrade the cluster to 1.{OldestMinor} or newer."),
        > NewestMinor => CheckCodes.KubernetesVersion.Warning($"{text} is newer than 1.{NewestMinor}, the newest that this version was tried with", "Look for a newer version of KafkaMesh."),
        _ => CheckCodes.KubernetesVersion.Ok($"{text} is between 1.{OldestMinor} and 1.{NewestMinor}"),
    };

    private static Finding Definition(ClusterSight sight)
    {
        if (sight.Definition.Problem is { } problem)
            return CheckCodes.Definition.Unknown(problem);
        if (sight.Definition.Value is not { } definition)
            return CheckCodes.Definition.Error("there is no CustomResourceDefinition kafkamonitors.kafkamesh.io", "Install KafkaMesh: kubectl apply -k config/default");
        if (Version(definition) is not { } version || PodView.Flag(version, "served") != true)
            return CheckCodes.Definition.Error($"the definition does not serve {WellKnownNames.Version}", "Apply the definition of this version: kubectl apply -k config/crd");
        var established = PodView.Items(definition["status"] as JsonObject, "conditions").FirstOrDefault(c => PodView.Text(c, "type") == "Established");
        return PodView.Text(established, "status") == "True"
            ? CheckCodes.Definition.Ok($"{WellKnownNames.Group}/{WellKnownNames.Version} is served")
            : CheckCodes.Definition.Error(
                $"the definition is not established: {PodView.Text(established, "message") ?? "the API server has not looked at it yet"}", "Look at kubectl describe crd kafkamonitors.kafkamesh.io");
    }

    private static Finding DefinitionVersion(JsonObject definition)
    {
        var stored = Fields(Version(definition)).ToHashSet(StringComparer.Ordinal);
        var shipped = Fields(Version(Shipped())).ToHashSet(StringComparer.Ordinal);
        if (shipped.Except(stored).Order(StringComparer.Ordinal).FirstOrDefault() is { } missing)
            return CheckCodes.DefinitionVersion.Warning($"the definition is older: it lacks {missing}", "Apply the definition of this version: kubectl apply -k config/crd");
        return stored.Except(shipped).Order(StringComparer.Ordinal).FirstOrDefault() is { } unknown
            ? CheckCodes.DefinitionVersion.Warning($"the definition is newer: this command line does not know {unknown}", "Use the command line of the operator's version.")
            : CheckCodes.DefinitionVersion.Ok($"{shipped.Count} fields, as in this version");
    }

    private static JsonObject? Version(JsonObject definition) =>
        PodView.Items(definition["spec"] as JsonObject, "versions").FirstOrDefault(v => PodView.Text(v, "name") == WellKnownNames.Version);

    private static IEnumerable<string> Fields(JsonObject? version) =>
        FieldsOf((version?["schema"] as JsonObject)?["openAPIV3Schema"] as JsonObject, "").Where(f => f is not (".apiVersion" or ".kind" or ".metadata"));

    private static IEnumerable<string> FieldsOf(JsonObject? schema, string path)
    {
        foreach (var (name, value) in schema?["properties"] as JsonObject ?? [])
        {
            yield return $"{path}.{name}";
            foreach (var deeper in FieldsOf(value as JsonObject, $"{path}.{name}"))
                yield return deeper;
        }
        foreach (var deeper in schema?["items"] is JsonObject items ? FieldsOf(items, path + "[]") : [])
            yield return deeper;
    }

    private static JsonObject Shipped()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("kafkamonitors.yaml")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return ManifestReader.Read("kafkamonitors.yaml", bytes).Documents.First(d => d.Content is not null).Content!.AsObject();
    }
}
