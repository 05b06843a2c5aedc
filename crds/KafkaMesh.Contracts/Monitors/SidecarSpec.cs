using KafkaMesh.Contracts.Schema;

namespace KafkaMesh.Contracts.Monitors;

/// <summary>Overrides for the sidecar container.</summary>
public sealed record SidecarSpec
{
    /// <summary>Image; default is the operator's configuration.</summary>
    [SchemaMaxLength(512)]
    [SchemaDescription("Image of the sidecar; default: the operator's.")]
    public string? Image { get; init; }

    /// <summary>Always, IfNotPresent or Never.</summary>
    [SchemaEnum("Always", "IfNotPresent", "Never")]
    [SchemaDescription("When the image is pulled.")]
    public string? ImagePullPolicy { get; init; }

    /// <summary>Requests and limits; what is absent keeps its default.</summary>
    [SchemaDescription("Resource requests and limits; what is absent keeps its default.")]
    public ResourcesSpec? Resources { get; init; }

    /// <summary>debug, info, warning or error.</summary>
    [SchemaEnum("debug", "info", "warning", "error")]
    [SchemaDescription("Log level of the sidecar; debug prints one line per request and response.")]
    public string? LogLevel { get; init; }

    /// <summary><see cref="SidecarMode"/>: Auto, Native or Container.</summary>
    [SchemaEnum(SidecarMode.Auto, SidecarMode.Native, SidecarMode.Container)]
    [SchemaDefault("\"Auto\"")]
    [SchemaDescription("Auto: a native sidecar where the cluster has them (1.29), else a container.")]
    public string Mode { get; set; } = SidecarMode.Auto;
}
