namespace KafkaMesh.Playground.ApiServer.Rest;

/// <summary>Second stage of a request: decides whether the user may do this. It runs before the resource type is even looked up.</summary>
internal interface IAuthorizer
{
    /// <summary>Decides about one request.</summary>
    AuthorizationDecision Authorize(RequestAttributes request);
}
