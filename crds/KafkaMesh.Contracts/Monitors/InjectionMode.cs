namespace KafkaMesh.Contracts.Monitors;

/// <summary>Values of <see cref="KafkaMonitorSpec.Injection"/>.</summary>
public static class InjectionMode
{
    /// <summary>Selected pods whose own or namespace's annotation enables injection.</summary>
    public const string Annotation = "Annotation";

    /// <summary>All selected pods but those that opt out.</summary>
    public const string Selector = "Selector";
}
