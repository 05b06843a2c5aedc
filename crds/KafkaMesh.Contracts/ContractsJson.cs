using System.Text.Json;
using System.Text.Json.Serialization;
using KafkaMesh.Contracts.Monitors;
using KafkaMesh.Contracts.Stats;

namespace KafkaMesh.Contracts;

/// <summary>Source-generated JSON for everything in this assembly: camelCase, absent instead of null, unknown properties ignored.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.Strict,
    MaxDepth = 64)]
[JsonSerializable(typeof(StatsReport))]
[JsonSerializable(typeof(KafkaMonitorSpec))]
[JsonSerializable(typeof(KafkaMonitorStatus))]
public sealed partial class ContractsJson : JsonSerializerContext;
