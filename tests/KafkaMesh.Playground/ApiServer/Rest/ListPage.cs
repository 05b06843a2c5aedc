using System.Text.Json.Nodes;

namespace KafkaMesh.Playground.ApiServer.Rest;

/// <summary>One answer to a list request.</summary>
/// <param name="Version">resourceVersion of the list.</param>
/// <param name="Items">The objects in the version of the kind.</param>
/// <param name="Continue">Token of the next page, or empty.</param>
/// <param name="Remaining">How many objects follow; null when a selector makes that unknown or nothing follows.</param>
internal sealed record ListPage(long Version, IReadOnlyList<JsonObject> Items, string Continue = "", long? Remaining = null);
