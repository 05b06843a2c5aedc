namespace KafkaMesh.Playground.ApiServer.Kinds;

/// <summary>One subresource that a kind serves, such as <c>status</c>, <c>scale</c> or <c>log</c>.</summary>
/// <param name="Name">The last part of the URL.</param>
/// <param name="Kind">The kind of the object that travels; the parent's own kind for <c>status</c>.</param>
/// <param name="Verbs">The verbs that discovery lists.</param>
/// <param name="Group">API group of <paramref name="Kind"/> when it differs from the parent's, else null.</param>
/// <param name="Version">API version of <paramref name="Kind"/> when it differs from the parent's, else null.</param>
internal sealed record SubresourceKind(string Name, string Kind, IReadOnlyList<string> Verbs, string? Group = null, string? Version = null);
