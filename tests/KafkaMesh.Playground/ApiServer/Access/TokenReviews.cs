using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Defaults;
using KafkaMesh.Playground.ApiServer.Kinds;
using KafkaMesh.Playground.ApiServer.Rest;

namespace KafkaMesh.Playground.ApiServer.Access;

/// <summary>TokenReview: tells whose token it is.</summary>
internal sealed class TokenReviews(Authenticator authenticator) : IVirtualResource
{
    /// <inheritdoc/>
    public bool Serves(ResourceKind kind, string subresource)
        => subresource.Length == 0 && kind is { Group: "authentication.k8s.io", Kind: "TokenReview" };

    /// <inheritdoc/>
    public ValueTask<JsonObject> CreateAsync(WriteContext context, JsonObject obj)
    {
        var spec = obj.Map("spec");
        if (spec.Text("token").Length == 0)
        {
            throw ApiErrors.BadRequest("token is required for TokenReview in authentication");
        }

        var (user, audiences, error) = authenticator.Review(spec.Text("token"), spec.Texts("audiences"));
        var status = new JsonObject();
        if (user is null)
        {
            status["user"] = new JsonObject();
            status["error"] = error;
        }
        else
        {
            status["authenticated"] = true;
            status["user"] = UserJson.Write(user);
            status["audiences"] = new JsonArray([.. audiences.Select(a => (JsonNode)a)]);
        }

        obj["status"] = status;
        return ValueTask.FromResult(obj);
    }
}
