using System.Text.Json;
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
    /// <param name="pod">The changed pod.</param>
    /// <param name="containers">Those that it was given.</param>
    public static string? Check(PodView pod, SidecarContainers containers)
    {
        var volumes = pod.Volumes.Select(v => PodView.Text(v, "name")).ToList();
        if (volumes.Count(v => v == SidecarVolume.Name) > 1)
            return $"two volumes named {SidecarVolume.Name}";
        return (containers.Init is { } init ? CheckContainer(pod, init, volumes) : null) ?? CheckContainer(pod, containers.Proxy, volumes) ?? CheckMetadata(pod);
    }

    private static string? CheckContainer(PodView pod, JsonElement container, List<string?> volumes)
    {
        var name = Text(container, "name"u8);
        var sameName = pod.AllContainers.Count(c => PodView.Text(c, "name") == name);
        if (sameName != 1)
            return $"{sameName} containers named {name}";
        return CheckFields(container, volumes) is { } error ? $"container {name}: {error}" : null;
    }

    private static string? CheckFields(JsonElement container, List<string?> volumes)
    {
        var image = Text(container, "image"u8);
        if (string.IsNullOrWhiteSpace(image) || image.Trim() != image)
            return $"'{image}' is no image";
        foreach (var variable in Items(container, "env"u8))
        {
            if (Text(variable, "name"u8) is var name && !VariableName().IsMatch(name))
                return $"'{name}' is no variable name";
        }
        foreach (var port in Items(container, "ports"u8))
        {
            if (!port.TryGetProperty("containerPort"u8, out var number) || !number.TryGetInt32(out var value) || value is < 1 or > 65535)
                return "a port is out of range";
        }
        foreach (var mount in Items(container, "volumeMounts"u8))
        {
            if (Text(mount, "name"u8) is var name && !volumes.Contains(name))
                return $"it mounts {name}, which is no volume of the pod";
        }
        return CheckAmounts(container, "requests") ?? CheckAmounts(container, "limits");
    }

    private static string? CheckAmounts(JsonElement container, string kind)
    {
        if (!container.TryGetProperty("resources"u8, out var resources) || !resources.TryGetProperty(kind, out var amounts))
            return null;
        foreach (var amount in amounts.EnumerateObject())
        {
            if (!QuantityText().IsMatch(amount.Value.ToString()))
                return $"{kind} of {amount.Name}: '{amount.Value}' is no quantity such as 100m or 64Mi";
        }
        return null;
    }

    private static string Text(JsonElement parent, ReadOnlySpan<byte> name) => parent.TryGetProperty(name, out var text) ? text.GetString() ?? "" : "";

    private static JsonElement.ArrayEnumerator Items(JsonElement parent, ReadOnlySpan<byte> name) =>
        parent.TryGetProperty(name, out var list) ? list.EnumerateArray() : default;

    private static string? CheckMetadata(PodView pod)
    {
        var label = pod.Label(WellKnownNames.MonitorLabel);
        return label is { Length: > 0 and <= 63 } ? null : $"label {WellKnownNames.MonitorLabel} is '{label}'";
    }

    [GeneratedRegex(@"^[-._A-Za-z][-._A-Za-z0-9]*\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex VariableName();

    [GeneratedRegex(@"^\+?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+|[numkMGTPE]|[KMGTPE]i)?\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex QuantityText();
}
