using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Rest;

namespace KafkaMesh.Playground.ApiServer.Access;

/// <summary>Server-side apply of an object that does not exist needs the right to create it beside the right to patch.</summary>
internal sealed class ApplyAuthorization(IAuthorizer authorizer) : IAdmission
{
    /// <inheritdoc/>
    public ValueTask<JsonObject?> AdmitAsync(WriteContext context, JsonObject? obj)
    {
        if (context is not { Operation: WriteOperation.Create, PatchType: not null })
        {
            return new(obj);
        }

        var request = new RequestAttributes
        {
            User = context.User,
            Verb = "create",
            Path = "",
            IsResourceRequest = true,
            Group = context.Kind.Group,
            Version = context.Kind.Version,
            Resource = context.Kind.Plural,
            Subresource = context.Subresource,
            Namespace = context.Namespace,
            Name = context.Name,
        };
        var decision = authorizer.Authorize(request);
        return decision.Allowed ? new(obj) : throw ForbiddenText.For(request, decision.Reason);
    }
}
