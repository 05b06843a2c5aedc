using System.Text.Json.Nodes;

namespace KafkaMesh.Codec.Tests.Definitions;

/// <summary>A body made from a definition, with what readers must say of it.</summary>
/// <param name="Bytes">The body.</param>
/// <param name="View">Its JSON, of records the batches that their headers tell.</param>
/// <param name="Told">What metrics are told, in wire order.</param>
/// <param name="Errors">Error codes with the topic, partition and group that they concern; sorted.</param>
internal sealed record DefinedBody(byte[] Bytes, JsonObject View, IReadOnlyList<string> Told, IReadOnlyList<string> Errors);
