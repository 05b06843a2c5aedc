using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Rest;

namespace KafkaMesh.Operator.Tests.Manifests;

/// <summary>The smallest thing that a role grants: one verb on one resource, of one name or of all.</summary>
internal sealed record Grant(string Role, string Verb, string Group, string Resource, string? Name)
{
    /// <summary>Every grant of a Role or ClusterRole.</summary>
    public static IEnumerable<Grant> Of(JsonObject role) =>
        from rule in role["rules"]!.AsArray()
        from verb in Texts(rule, "verbs")
        from @group in Texts(rule, "apiGroups")
        from resource in Texts(rule, "resources")
        from name in rule!["resourceNames"] is null ? [null] : Texts(rule, "resourceNames")
        select new Grant($"{role["kind"]} {role["metadata"]!["name"]}", verb!, @group!, resource!, name);

    /// <summary>Whether a request needs it.</summary>
    public bool Covers(RequestAttributes request) =>
        (Verb, Group) == (request.Verb, request.Group)
        && Resource == (request.Subresource.Length == 0 ? request.Resource : $"{request.Resource}/{request.Subresource}")
        && (Name is null || Name == request.Name);

    private static IEnumerable<string?> Texts(JsonNode? rule, string key) => rule![key]!.AsArray().Select(v => v!.ToString());
}
