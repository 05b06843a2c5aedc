using System.Security.Cryptography;
using System.Text.Json;
using KafkaMesh.Contracts;
using KafkaMesh.Contracts.Monitors;
using KafkaMesh.Operator.Admission.Monitors;

namespace KafkaMesh.Operator.Admission.Sidecar;

/// <summary>Tells whether a pod's sidecar was made from the current configuration.</summary>
internal static class ConfigurationHash
{
    /// <summary>
    /// 16 hexadecimal digits over all that shapes a sidecar, and nothing that does not: changing which pods are selected,
    /// the failure policy, the rollout or the report interval makes no sidecar outdated.
    /// </summary>
    public static string Of(MonitorCandidate monitor, SidecarDefaults defaults)
    {
        var shaping = monitor.Spec with
        {
            Selector = new LabelSelector(),
            Injection = InjectionMode.Annotation,
            FailurePolicy = WebhookFailurePolicy.Ignore,
            Rollout = null,
            Report = null,
        };
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(shaping, ContractsJson.Default.KafkaMonitorSpec));
        foreach (var part in (ReadOnlySpan<string>)[monitor.Name, defaults.Image, defaults.ImagePullPolicy, defaults.Version, .. defaults.PullSecrets])
        {
            hash.AppendData(System.Text.Encoding.UTF8.GetBytes(part));
            hash.AppendData("\n"u8);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8));
    }
}
