using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Kinds;

namespace KafkaMesh.Playground.ApiServer.Rest;

/// <summary>A resource that is answered and not stored: access reviews, TokenReview, TokenRequest (<c>serviceaccounts/token</c>).</summary>
internal interface IVirtualResource
{
    /// <summary>Whether this one answers creations of the kind (with the subresource, or empty).</summary>
    bool Serves(ResourceKind kind, string subresource);

    /// <summary>The answer to a creation (HTTP 201). For subresources <see cref="WriteContext.Name"/> names the parent.</summary>
    /// <exception cref="ApiException">The object is refused.</exception>
    ValueTask<JsonObject> CreateAsync(WriteContext context, JsonObject obj);
}
