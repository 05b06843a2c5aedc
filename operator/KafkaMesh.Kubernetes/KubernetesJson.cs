using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using KafkaMesh.Kubernetes.Admission;
using KafkaMesh.Kubernetes.Entities;

namespace KafkaMesh.Kubernetes;

/// <summary>Source-generated JSON for everything in this assembly: camelCase, absent instead of null, unknown properties ignored.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.Strict,
    MaxDepth = 128)]
[JsonSerializable(typeof(JsonObject))]
[JsonSerializable(typeof(JsonArray))]
[JsonSerializable(typeof(V1ObjectMeta))]
[JsonSerializable(typeof(V1ListMeta))]
[JsonSerializable(typeof(V1Status))]
[JsonSerializable(typeof(V1Lease))]
[JsonSerializable(typeof(Corev1Event))]
[JsonSerializable(typeof(PartialObjectMetadata))]
[JsonSerializable(typeof(VersionInfo))]
[JsonSerializable(typeof(AdmissionReview))]
public sealed partial class KubernetesJson : JsonSerializerContext
{
    /// <summary>Depth that no real object comes near, so that a hostile one cannot exhaust the stack.</summary>
    internal static JsonDocumentOptions DocumentOptions => new() { MaxDepth = 128 };
}
