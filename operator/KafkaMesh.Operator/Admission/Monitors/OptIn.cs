using KafkaMesh.Contracts;
using KafkaMesh.Contracts.Monitors;
using KafkaMesh.Operator.Admission.Pods;

namespace KafkaMesh.Operator.Admission.Monitors;

/// <summary>What a pod and its namespace say about injection; the pod's word goes before the namespace's.</summary>
internal enum OptIn
{
    /// <summary>Neither says anything.</summary>
    Silent,

    /// <summary><c>kafkamesh.io/inject: enabled</c>.</summary>
    Enabled,

    /// <summary><c>kafkamesh.io/inject: disabled</c>.</summary>
    Disabled,
}

/// <summary>Reads the inject annotation.</summary>
internal static class OptInReader
{
    /// <summary>The word of the pod, else of its namespace. Values other than enabled and disabled count as silence.</summary>
    public static OptIn Read(PodView pod, IReadOnlyDictionary<string, string> namespaceAnnotations)
    {
        var word = Parse(pod.Annotation(WellKnownNames.InjectAnnotation));
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
