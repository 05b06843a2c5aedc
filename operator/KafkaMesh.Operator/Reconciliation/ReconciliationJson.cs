using System.Text.Json;
using System.Text.Json.Serialization;

namespace KafkaMesh.Operator.Reconciliation;

/// <summary>Source-generated JSON of what the controller reads.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(MonitoredPod))]
internal sealed partial class ReconciliationJson : JsonSerializerContext;
