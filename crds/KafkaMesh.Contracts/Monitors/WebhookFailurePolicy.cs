namespace KafkaMesh.Contracts.Monitors;

/// <summary>Values of <see cref="KafkaMonitorSpec.FailurePolicy"/>.</summary>
public static class WebhookFailurePolicy
{
    /// <summary>Pods start without a sidecar while the injector is unreachable.</summary>
    public const string Ignore = "Ignore";

    /// <summary>Pods are refused while the injector is unreachable.</summary>
    public const string Fail = "Fail";
}
