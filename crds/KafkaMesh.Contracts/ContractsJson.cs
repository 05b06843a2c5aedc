using System.Text.Json;
using System.Text.Json.Serialization;
using KafkaMesh.Contracts.Monitors;
using KafkaMesh.Contracts.Stats;

namespace KafkaMesh.Contracts;

/// <summary>Source-generated JSON for everything in this assembly: camelCase, absent instead of null, unknown properties ignored.</summary>
/// <remarks>
/// Properties with a default have a setter instead of <c>init</c>: the generator passes init-only properties to the constructor
/// and thereby replaces the default of an absent one by null or 0. A null where none is allowed is refused.
/// </remarks>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.Strict,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    MaxDepth = 64)]
[JsonSerializable(typeof(StatsReport))]
[JsonSerializable(typeof(KafkaMonitorSpec))]
[JsonSerializable(typeof(KafkaMonitorStatus))]
[JsonSerializable(typeof(LabelSelector))]
public sealed partial class ContractsJson : JsonSerializerContext;
