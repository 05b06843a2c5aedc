using System.Text.Json.Serialization;

namespace KafkaMesh.Playground.Node.Launch;

/// <summary>Source-generated JSON of the launch file: reflection would load assemblies that a changed root no longer holds.</summary>
[JsonSerializable(typeof(LaunchSpec))]
internal sealed partial class LaunchJson : JsonSerializerContext;
