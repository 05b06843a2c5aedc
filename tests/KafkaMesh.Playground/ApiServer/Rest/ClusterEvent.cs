using System.Text.Json.Nodes;

namespace KafkaMesh.Playground.ApiServer.Rest;

/// <summary>What a controller inside the process sees of a change.</summary>
/// <param name="Type">What happened.</param>
/// <param name="Object">The object (its last state when deleted); a snapshot that nobody may change. Null for <see cref="ClusterEventType.Synced"/>.</param>
internal readonly record struct ClusterEvent(ClusterEventType Type, JsonObject? Object);
