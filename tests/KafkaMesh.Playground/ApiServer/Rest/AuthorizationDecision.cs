namespace KafkaMesh.Playground.ApiServer.Rest;

/// <summary>The answer of an authorizer.</summary>
/// <param name="Allowed">Whether the request may go on.</param>
/// <param name="Reason">Why, for access reviews and for the end of a 403 text; may be empty.</param>
internal readonly record struct AuthorizationDecision(bool Allowed, string Reason);
