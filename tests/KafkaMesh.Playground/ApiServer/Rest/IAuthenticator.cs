using Microsoft.AspNetCore.Http;

namespace KafkaMesh.Playground.ApiServer.Rest;

/// <summary>First stage of a request: finds out who asks, impersonation headers included.</summary>
internal interface IAuthenticator
{
    /// <summary>The user; <see cref="UserInfo.Anonymous"/> without credentials.</summary>
    /// <exception cref="ApiException">401 for a bad bearer token, 403 for a forbidden impersonation.</exception>
    ValueTask<UserInfo> AuthenticateAsync(HttpContext http, CancellationToken cancel);
}
