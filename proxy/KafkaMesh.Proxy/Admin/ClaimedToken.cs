namespace KafkaMesh.Proxy.Admin;

/// <summary>A token that would be valid here and now if its signature were.</summary>
/// <param name="Content">What is signed.</param>
/// <param name="Signature">The signature, of the right length.</param>
/// <param name="Scopes">What it would permit; at least one.</param>
internal sealed record ClaimedToken(string Content, byte[] Signature, IReadOnlyList<string> Scopes);
