using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Storage;

namespace KafkaMesh.Playground.Tests.ApiServer.Replay;

/// <summary>One version of one object as a recorded answer shows it.</summary>
/// <param name="Uid">The recorded uid, a placeholder.</param>
/// <param name="Order">Place of the version in the recording's order; 0 when the answer has none.</param>
/// <param name="Version">The recorded resourceVersion, a placeholder.</param>
/// <param name="Key">Where the store keeps the object.</param>
/// <param name="Whole">The whole object; null when the answer shows a part of it only (a table, metadata, a scale).</param>
/// <param name="IsDeletion">Whether this is the last state of an object that was removed.</param>
internal sealed record Sighting(string Uid, long Order, string Version, ObjectKey Key, JsonObject? Whole, bool IsDeletion);
