using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Defaults;
using KafkaMesh.Playground.ApiServer.Kinds;
using KafkaMesh.Playground.ApiServer.Rest;

namespace KafkaMesh.Playground.ApiServer.Access;

/// <summary>TokenRequest (<c>serviceaccounts/NAME/token</c>): issues a service account token.</summary>
internal sealed class TokenRequests(ClusterState state, ServiceAccountTokens tokens) : IVirtualResource
{
    private const long Shortest = 600;
    private const long Longest = 1L << 32;

    /// <inheritdoc/>
    public bool Serves(ResourceKind kind, string subresource) => subresource == "token" && kind is { Group: "", Kind: "ServiceAccount" };

    /// <inheritdoc/>
    public ValueTask<JsonObject> CreateAsync(WriteContext context, JsonObject obj)
    {
        var account = state.Find("serviceaccounts", context.Namespace, context.Name) ?? throw ApiErrors.NotFound(context.Kind, context.Name);
        var spec = obj.MapOrNew("spec");
        spec.Default("expirationSeconds", 3600);
        var seconds = spec.Integer("expirationSeconds") ?? 3600;
        Check(seconds);
        var pod = BoundPod(context, spec.Map("boundObjectRef"), account);
        var audiences = spec.Texts("audiences");
        var (token, expires) = tokens.Issue(account, audiences, TimeSpan.FromSeconds(seconds), pod);
        if (audiences.Count == 0)
        {
            spec["audiences"] = new JsonArray(ServiceAccountTokens.Issuer);
        }

        if (!spec.ContainsKey("boundObjectRef"))
        {
            spec["boundObjectRef"] = null;
        }

        var owner = account.Map("metadata");
        var metadata = obj.MapOrNew("metadata");
        metadata["name"] = context.Name;
        metadata["namespace"] = context.Namespace;
        metadata["uid"] = owner.Text("uid");
        metadata["creationTimestamp"] = owner?["creationTimestamp"]?.DeepClone();
        obj["status"] = new JsonObject { ["token"] = token, ["expirationTimestamp"] = ObjectMetadata.Timestamp(expires) };
        return ValueTask.FromResult(obj);
    }

    private static void Check(long seconds)
    {
        var problem = seconds < Shortest ? "may not specify a duration less than 10 minutes" : seconds > Longest ? "may not specify a duration larger than 2^32 seconds" : null;
        if (problem is not null)
        {
            throw ApiErrors.Invalid("authentication.k8s.io", "TokenRequest", "TokenRequest.authentication.k8s.io", "",
                [new StatusCause("FieldValueInvalid", $"Invalid value: {seconds}: {problem}", "spec.expirationSeconds")]);
        }
    }

    private JsonObject? BoundPod(WriteContext context, JsonObject? reference, JsonObject account)
    {
        if (reference is null)
        {
            return null;
        }

        if (reference.Text("kind") != "Pod")
        {
            throw ApiErrors.BadRequest($"cannot bind token for serviceaccount \"{context.Name}\" to object of type {reference.Text("apiVersion")}, Kind={reference.Text("kind")}");
        }

        var name = reference.Text("name");
        var pod = state.Find("pods", context.Namespace, name)
            ?? throw new ApiException(404, "NotFound", $"pods \"{name}\" not found", ApiErrors.Details(name, "", "pods"));
        var user = account.Map("metadata").Text("name");
        if (pod.Map("spec").Text("serviceAccountName") != user)
        {
            throw ApiErrors.BadRequest($"cannot bind token for serviceaccount \"{user}\" to pod running with different serviceaccount name.");
        }

        if (reference.Text("uid") is { Length: > 0 } uid && uid != pod.Map("metadata").Text("uid"))
        {
            throw new ApiException(409, "Conflict",
                $"Operation cannot be fulfilled on pods \"{name}\": the UID in the bound object reference ({uid}) does not match the UID in record. The object might have been deleted and then recreated",
                ApiErrors.Details(name, "", "pods"));
        }

        return pod;
    }
}
