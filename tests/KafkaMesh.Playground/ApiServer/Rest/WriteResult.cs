using System.Text.Json.Nodes;

namespace KafkaMesh.Playground.ApiServer.Rest;

/// <summary>What a write answers.</summary>
/// <param name="Object">The object to show, in the version of the request.</param>
/// <param name="Created">Whether it is new (HTTP 201).</param>
internal readonly record struct WriteResult(JsonObject Object, bool Created);
