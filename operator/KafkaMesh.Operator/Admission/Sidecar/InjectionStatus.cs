using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using KafkaMesh.Contracts;
using KafkaMesh.Operator.Admission.Pods;

namespace KafkaMesh.Operator.Admission.Sidecar;

/// <summary>Value of the status annotation: what was injected, for the operator, for re-injection and for people.</summary>
internal sealed record InjectionStatus
{
    /// <summary>Longest annotation that is read; ours have a few hundred characters, and up to some thousand in pods with very many TCP probes.</summary>
    private const int MaxLength = 16 * 1024;

    /// <summary>The KafkaMonitor.</summary>
    public string Monitor { get; set; } = "";

    /// <summary>Generation of the monitor at injection.</summary>
    public long Generation { get; init; }

    /// <summary><see cref="ConfigurationHash"/> at injection.</summary>
    public string Hash { get; set; } = "";

    /// <summary>Version of the operator that injected.</summary>
    public string Version { get; set; } = "";

    /// <summary>Whether the sidecar is a native one.</summary>
    public bool Native { get; init; }

    /// <summary>User and group id of the sidecar.</summary>
    public int Uid { get; init; }

    /// <summary>Ports of the sidecar.</summary>
    public SidecarPorts Ports { get; set; } = new(0, 0, 0);

    /// <summary>Annotations that were added because the pod had none of that name.</summary>
    public IReadOnlyList<string>? Annotations { get; init; }

    /// <summary>Names that were added to spec.imagePullSecrets because they were not there.</summary>
    public IReadOnlyList<string>? PullSecrets { get; init; }

    /// <summary>Maps and lists of <see cref="Sidecar.EmptyParents"/> that were there and empty.</summary>
    public IReadOnlyList<string>? Empty { get; init; }

    /// <summary>The tcpSocket of probes that ask the sidecar instead, by <see cref="TcpProbe.Name"/>.</summary>
    public IReadOnlyDictionary<string, JsonObject>? Probes { get; init; }

    /// <summary>Reads the annotation of a pod.</summary>
    /// <returns>Null when there is none or it is not ours.</returns>
    public static InjectionStatus? Of(PodView pod) => Parse(pod.Annotation(WellKnownNames.StatusAnnotation));

    /// <summary>Reads an annotation's value.</summary>
    /// <returns>Null when it is absent, too long, or no such JSON.</returns>
    public static InjectionStatus? Parse(string? text)
    {
        if (text is null || text.Length > MaxLength)
            return null;
        try
        {
            var status = JsonSerializer.Deserialize(text, InjectionJson.Default.InjectionStatus);
            return status is { Hash.Length: > 0, Ports: not null } ? status : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The annotation's value.</summary>
    public JsonNode ToAnnotation() => JsonValue.Create(JsonSerializer.Serialize(this, InjectionJson.Default.InjectionStatus));
}

/// <summary>Source-generated JSON of the status annotation.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(InjectionStatus))]
internal sealed partial class InjectionJson : JsonSerializerContext;
