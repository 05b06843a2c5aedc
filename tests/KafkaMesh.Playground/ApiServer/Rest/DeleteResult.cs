using System.Text.Json.Nodes;

namespace KafkaMesh.Playground.ApiServer.Rest;

/// <summary>What a deletion did.</summary>
/// <param name="Object">The object's last state, or its state while it waits for finalizers or its grace period.</param>
/// <param name="Gone">Whether it left the store.</param>
internal readonly record struct DeleteResult(JsonObject Object, bool Gone);
