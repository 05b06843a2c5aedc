using KafkaMesh.Contracts;
using KafkaMesh.Contracts.Monitors;

namespace KafkaMesh.Operator.Admission.Monitors;

/// <summary>Reads the inject annotation.</summary>
internal static class OptInReader
{
    /// <summary>The word of the pod, else of its namespace. Values other than enabled and disabled count as silence.</summary>
    public static OptIn Read(IReadOnlyDictionary<string, string>? podAnnotations, IReadOnlyDictionary<string, string> namespaceAnnotations)
    {
        var word = Parse(podAnnotations?.GetValueOrDefault(WellKnownNames.InjectAnnotation));
        return word != OptIn.Silent ? word : Parse(namespaceAnnotations.GetValueOrDefault(WellKnownNames.InjectAnnotation));
    }

    /// <summary>Whether the monitor wants a pod that says this.</summary>
    public static bool Wants(KafkaMonitorSpec spec, OptIn word) =>
        word == OptIn.Enabled || (word == OptIn.Silent && spec.Injection == InjectionMode.Selector);

    private static OptIn Parse(string? value) => value switch
    {
        "enabled" => OptIn.Enabled,
        "disabled" => OptIn.Disabled,
        _ => OptIn.Silent,
    };
}
