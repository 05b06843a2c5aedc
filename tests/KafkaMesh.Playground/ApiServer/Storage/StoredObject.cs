using System.Text.Json.Nodes;

namespace KafkaMesh.Playground.ApiServer.Storage;

/// <summary>One version of one object as it lies in the store. <see cref="Value"/> is a snapshot that nobody may change: clone it first.</summary>
/// <param name="Key">Where it is stored.</param>
/// <param name="Value">The object with its <c>metadata.resourceVersion</c> set.</param>
/// <param name="Version">The version as a number.</param>
internal sealed record StoredObject(ObjectKey Key, JsonObject Value, long Version);
