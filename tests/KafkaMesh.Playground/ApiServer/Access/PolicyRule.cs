using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Defaults;
using KafkaMesh.Playground.ApiServer.Rest;

namespace KafkaMesh.Playground.ApiServer.Access;

/// <summary>One rule of a Role or ClusterRole (rbac.authorization.k8s.io/v1 PolicyRule).</summary>
internal sealed record PolicyRule
{
    /// <summary>Verbs, or <c>*</c>.</summary>
    public IReadOnlyList<string> Verbs { get; init; } = [];

    /// <summary>API groups, or <c>*</c>.</summary>
    public IReadOnlyList<string> ApiGroups { get; init; } = [];

    /// <summary>Resources such as <c>pods</c>, <c>pods/log</c>, <c>*/status</c> or <c>*</c>.</summary>
    public IReadOnlyList<string> Resources { get; init; } = [];

    /// <summary>Names to which the rule is limited; empty for all.</summary>
    public IReadOnlyList<string> ResourceNames { get; init; } = [];

    /// <summary>URL paths, with a trailing <c>*</c> for all below.</summary>
    public IReadOnlyList<string> NonResourceUrls { get; init; } = [];

    /// <summary>Reads a rule of a stored role.</summary>
    public static PolicyRule Parse(JsonObject rule) => new()
    {
        Verbs = rule.Texts("verbs"),
        ApiGroups = rule.Texts("apiGroups"),
        Resources = rule.Texts("resources"),
        ResourceNames = rule.Texts("resourceNames"),
        NonResourceUrls = rule.Texts("nonResourceURLs"),
    };

    /// <summary>Whether the rule allows the request.</summary>
    public bool Allows(RequestAttributes request)
    {
        if (!Covers(Verbs, request.Verb))
        {
            return false;
        }

        return request.IsResourceRequest
            ? Covers(ApiGroups, request.Group) && CoversResource(request) && (ResourceNames.Count == 0 || ResourceNames.Contains(request.Name))
            : NonResourceUrls.Any(url => url == request.Path || url == "*"
                || (url.EndsWith('*') && request.Path.StartsWith(url[..^1], StringComparison.Ordinal)));
    }

    /// <summary>The rule as SelfSubjectRulesReview lists it.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject { ["verbs"] = List(Verbs) };
        foreach (var (name, values) in new[] { ("apiGroups", ApiGroups), ("resources", Resources), ("resourceNames", ResourceNames), ("nonResourceURLs", NonResourceUrls) })
        {
            if (values.Count > 0)
            {
                json[name] = List(values);
            }
        }

        return json;
    }

    private bool CoversResource(RequestAttributes request)
    {
        var combined = request.Subresource.Length == 0 ? request.Resource : $"{request.Resource}/{request.Subresource}";
        return Covers(Resources, combined) || (request.Subresource.Length > 0 && Resources.Contains($"*/{request.Subresource}"));
    }

    private static bool Covers(IReadOnlyList<string> values, string value) => values.Contains("*") || values.Contains(value);

    private static JsonArray List(IReadOnlyList<string> values) => [.. values.Select(v => (JsonNode)v)];
}
