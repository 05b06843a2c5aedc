using KafkaMesh.Playground.ApiServer.Rest;

namespace KafkaMesh.Playground.ApiServer.Access;

/// <summary>The 403 of a request that no rule allows, worded as raw-auth recorded it.</summary>
internal static class ForbiddenText
{
    /// <summary>The error for a refused request; <paramref name="reason"/> of the authorizer may be empty.</summary>
    public static ApiException For(RequestAttributes request, string reason = "")
    {
        var tail = reason.Length == 0 ? "" : $": {reason}";
        if (!request.IsResourceRequest)
        {
            return new ApiException(403, "Forbidden", $"forbidden: User \"{request.User.Name}\" cannot {request.Verb} path \"{request.Path}\"{tail}", []);
        }

        var resource = request.Subresource.Length == 0 ? request.Resource : $"{request.Resource}/{request.Subresource}";
        var scope = request.Namespace.Length == 0 ? "at the cluster scope" : $"in the namespace \"{request.Namespace}\"";
        var why = $"User \"{request.User.Name}\" cannot {request.Verb} resource \"{resource}\" in API group \"{request.Group}\" {scope}{tail}";
        return ApiErrors.Forbidden(request.Group, request.Resource, request.Name, why);
    }
}
