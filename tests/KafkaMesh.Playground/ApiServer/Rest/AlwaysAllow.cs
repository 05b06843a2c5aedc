namespace KafkaMesh.Playground.ApiServer.Rest;

/// <summary>The authorisation mode AlwaysAllow of Kubernetes: for tests of parts that are not about rights.</summary>
internal sealed class AlwaysAllow : IAuthorizer
{
    /// <inheritdoc/>
    public AuthorizationDecision Authorize(RequestAttributes request) => new(true, "");
}
