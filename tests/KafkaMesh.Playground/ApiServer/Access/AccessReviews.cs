using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Defaults;
using KafkaMesh.Playground.ApiServer.Kinds;
using KafkaMesh.Playground.ApiServer.Rest;

namespace KafkaMesh.Playground.ApiServer.Access;

/// <summary>SubjectAccessReview, its local and self forms, SelfSubjectRulesReview and SelfSubjectReview.</summary>
internal sealed class AccessReviews(RbacAuthorizer authorizer, TimeProvider clock) : IVirtualResource
{
    private static readonly string[] Kinds =
        ["SubjectAccessReview", "LocalSubjectAccessReview", "SelfSubjectAccessReview", "SelfSubjectRulesReview", "SelfSubjectReview"];

    /// <inheritdoc/>
    public bool Serves(ResourceKind kind, string subresource)
        => subresource.Length == 0 && kind.Group is "authorization.k8s.io" or "authentication.k8s.io" && Kinds.Contains(kind.Kind);

    /// <inheritdoc/>
    public ValueTask<JsonObject> CreateAsync(WriteContext context, JsonObject obj)
    {
        obj["status"] = context.Kind.Kind switch
        {
            "SelfSubjectReview" => Myself(context, obj),
            "SelfSubjectRulesReview" => Rules(context, obj),
            _ => Access(context, obj.Map("spec")),
        };
        if (context.Kind.Kind == "LocalSubjectAccessReview")
        {
            obj.MapOrNew("metadata")["namespace"] = context.Namespace;
        }

        return ValueTask.FromResult(obj);
    }

    private JsonObject Access(WriteContext context, JsonObject? spec)
    {
        var resource = spec.Map("resourceAttributes");
        var path = spec.Map("nonResourceAttributes");
        if ((resource is null) == (path is null))
        {
            // The nameless kind is what a real server prints (raw-auth:30).
            throw ApiErrors.Invalid(context.Kind.Group, "", $".{context.Kind.Group}", "",
                [new StatusCause("FieldValueInvalid", "Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified", "spec.resourceAttributes")]);
        }

        var user = context.Kind.Kind == "SelfSubjectAccessReview" ? context.User : Subject(context, spec);
        if (context.Kind.Kind == "LocalSubjectAccessReview" && resource.Text("namespace") != context.Namespace)
        {
            throw ApiErrors.BadRequest($"spec.resourceAttributes.namespace must match namespace: {context.Namespace}");
        }

        var decision = authorizer.Authorize(new RequestAttributes
        {
            User = user,
            Verb = resource is null ? path.Text("verb") : resource.Text("verb"),
            Path = path.Text("path"),
            IsResourceRequest = resource is not null,
            Group = resource.Text("group"),
            Version = resource.Text("version"),
            Resource = resource.Text("resource"),
            Subresource = resource.Text("subresource"),
            Namespace = resource.Text("namespace"),
            Name = resource.Text("name"),
        });
        var status = new JsonObject { ["allowed"] = decision.Allowed };
        if (decision.Reason.Length > 0)
        {
            status["reason"] = decision.Reason;
        }

        return status;
    }

    private static UserInfo Subject(WriteContext context, JsonObject? spec)
    {
        var groups = spec.Texts("groups");
        if (spec.Text("user").Length == 0 && groups.Count == 0)
        {
            throw ApiErrors.Invalid(context.Kind.Group, "", $".{context.Kind.Group}", "",
                [new StatusCause("FieldValueInvalid", "Invalid value: \"\": at least one of user or group must be specified", "spec.user")]);
        }

        return new UserInfo(spec.Text("user"), groups);
    }

    private JsonObject Rules(WriteContext context, JsonObject obj)
    {
        var @namespace = obj.Map("spec").Text("namespace");
        if (@namespace.Length == 0)
        {
            throw ApiErrors.BadRequest("no namespace on request");
        }

        // The answer repeats neither the namespace nor the writer (raw-auth:36).
        obj["spec"] = new JsonObject();
        obj["metadata"] = new JsonObject();
        var rules = authorizer.RulesFor(context.User, @namespace);
        return new JsonObject
        {
            ["resourceRules"] = new JsonArray([.. rules.Where(r => r.Resources.Count > 0).Select(r => (JsonNode)r.ToJson())]),
            ["nonResourceRules"] = new JsonArray([.. rules.Where(r => r.NonResourceUrls.Count > 0).Select(r => (JsonNode)r.ToJson())]),
            ["incomplete"] = false,
        };
    }

    private JsonObject Myself(WriteContext context, JsonObject obj)
    {
        obj["metadata"] = new JsonObject { ["creationTimestamp"] = ObjectMetadata.Timestamp(clock.GetUtcNow()) };
        return new JsonObject { ["userInfo"] = UserJson.Write(context.User) };
    }
}
