using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using KafkaMesh.Contracts;
using KafkaMesh.Operator.Admission.Pods;

namespace KafkaMesh.Operator.Admission.Sidecar;

/// <summary>
/// Checks our parts in a changed pod as API validation would. A pod made invalid by a webhook is refused with 422, and
/// failurePolicy Ignore does not help: such a change must never leave the operator.
/// </summary>
internal static partial class PartsValidator
{
    /// <summary>Null, or what the API server would refuse.</summary>
    public static string? Check(PodView pod, SidecarPlan plan)
    {
        var names = pod.AllContainers.Select(c => PodView.Text(c, "name")).ToList();
        foreach (var name in plan.Redirects ? [WellKnownNames.InitContainer, WellKnownNames.ProxyContainer] : (string[])[WellKnownNames.ProxyContainer])
        {
            if (names.Count(n => n == name) != 1)
                return $"{names.Count(n => n == name)} containers named {name}";
        }
        if (pod.Volumes.GroupBy(v => PodView.Text(v, "name")).FirstOrDefault(g => g.Count() > 1 && g.Key == SidecarVolume.Name) is { } twice)
            return $"two volumes named {twice.Key}";
        foreach (var container in pod.AllContainers.Where(PodMutator.IsOurs))
        {
            if (CheckContainer(pod, container) is { } error)
                return $"container {PodView.Text(container, "name")}: {error}";
        }
        return CheckMetadata(pod);
    }

    private static string? CheckContainer(PodView pod, JsonObject container)
    {
        var image = PodView.Text(container, "image");
        if (string.IsNullOrWhiteSpace(image) || image.Trim() != image)
            return $"'{image}' is no image";
        if (PodView.Items(container, "env").FirstOrDefault(e => !VariableName().IsMatch(PodView.Text(e, "name") ?? "")) is { } variable)
            return $"'{PodView.Text(variable, "name")}' is no variable name";
        if (PodView.Items(container, "ports").Any(p => PodView.Number(p, "containerPort") is not (> 0 and <= 65535)))
            return "a port is out of range";
        var volumes = pod.Volumes.Select(v => PodView.Text(v, "name")).ToHashSet();
        var mount = PodView.Items(container, "volumeMounts").FirstOrDefault(m => !volumes.Contains(PodView.Text(m, "name")));
        if (mount is not null)
            return $"it mounts {PodView.Text(mount, "name")}, which is no volume of the pod";
        return CheckAmounts(container);
    }

    private static string? CheckAmounts(JsonObject container)
    {
        foreach (var kind in (ReadOnlySpan<string>)["requests", "limits"])
        {
            foreach (var (resource, amount) in container["resources"]?[kind] as JsonObject ?? [])
            {
                if (!QuantityText().IsMatch(amount?.ToString() ?? ""))
                    return $"{kind} of {resource}: '{amount}' is no quantity such as 100m or 64Mi";
            }
        }
        return null;
    }

    private static string? CheckMetadata(PodView pod)
    {
        var label = pod.Labels.GetValueOrDefault(WellKnownNames.MonitorLabel);
        return label is { Length: > 0 and <= 63 } ? null : $"label {WellKnownNames.MonitorLabel} is '{label}'";
    }

    [GeneratedRegex(@"^[-._A-Za-z][-._A-Za-z0-9]*\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex VariableName();

    [GeneratedRegex(@"^\+?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+|[numkMGTPE]|[KMGTPE]i)?\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex QuantityText();
}
