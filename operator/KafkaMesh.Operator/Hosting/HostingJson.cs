using System.Text.Json;
using System.Text.Json.Serialization;

namespace KafkaMesh.Operator.Hosting;

/// <summary>Source-generated JSON of what a replica reads about the cluster.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(KubeletNode))]
internal sealed partial class HostingJson : JsonSerializerContext;
