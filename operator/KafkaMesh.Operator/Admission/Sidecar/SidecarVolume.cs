using System.Text.Json;
using System.Text.Json.Nodes;

namespace KafkaMesh.Operator.Admission.Sidecar;

/// <summary>
/// The empty directory that hides the service account token from the sidecar. The API server adds the token to every
/// container that mounts nothing at that path, also to containers that a webhook added.
/// </summary>
internal static class SidecarVolume
{
    /// <summary>Name of the volume.</summary>
    public const string Name = "kafkamesh-no-token";

    /// <summary>The volume: in memory, so that it does not keep the cluster autoscaler from moving the pod.</summary>
    public static JsonObject Create() => new()
    {
        ["name"] = Name,
        ["emptyDir"] = new JsonObject { ["medium"] = "Memory", ["sizeLimit"] = "64Ki" },
    };

    /// <summary>Writes the mounts of one of our containers.</summary>
    public static void WriteMounts(Utf8JsonWriter json)
    {
        json.WriteStartArray("volumeMounts"u8);
        json.WriteStartObject();
        json.WriteString("name"u8, Name);
        json.WriteString("mountPath"u8, SidecarPlanner.TokenPath);
        json.WriteBoolean("readOnly"u8, true);
        json.WriteEndObject();
        json.WriteEndArray();
    }
}
