using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Defaults;
using KafkaMesh.Playground.ApiServer.Rest;

namespace KafkaMesh.Playground.ApiServer.Access;

/// <summary>Role-based access control over the stored roles and bindings; members of system:masters may do everything.</summary>
internal sealed class RbacAuthorizer(ClusterState state) : IAuthorizer
{
    private const string Suffix = ".rbac.authorization.k8s.io";

    /// <inheritdoc/>
    public AuthorizationDecision Authorize(RequestAttributes request)
    {
        if (request.User.Groups.Contains("system:masters"))
        {
            return new AuthorizationDecision(true, "");
        }

        foreach (var (reason, rules) in Grants(request.User, request.Namespace))
        {
            if (rules.Any(rule => rule.Allows(request)))
            {
                return new AuthorizationDecision(true, $"RBAC: allowed by {reason}");
            }
        }

        return new AuthorizationDecision(false, "");
    }

    /// <summary>Every rule that holds for the user in a namespace (cluster-wide ones included).</summary>
    public IReadOnlyList<PolicyRule> RulesFor(UserInfo user, string @namespace)
        => user.Groups.Contains("system:masters")
            ? [new PolicyRule { Verbs = ["*"], ApiGroups = ["*"], Resources = ["*"] }, new PolicyRule { Verbs = ["*"], NonResourceUrls = ["*"] }]
            : [.. Grants(user, @namespace).SelectMany(grant => grant.Rules)];

    private IEnumerable<(string Reason, IEnumerable<PolicyRule> Rules)> Grants(UserInfo user, string @namespace)
    {
        foreach (var binding in state.List("clusterrolebindings" + Suffix))
        {
            if (SubjectOf(binding, user, "") is { } subject)
            {
                yield return ($"ClusterRoleBinding \"{Name(binding)}\" of {Describe(binding)} to {subject}", Rules(binding, ""));
            }
        }

        if (@namespace.Length == 0)
        {
            yield break;
        }

        foreach (var binding in state.List("rolebindings" + Suffix, @namespace))
        {
            if (SubjectOf(binding, user, @namespace) is { } subject)
            {
                yield return ($"RoleBinding \"{Name(binding)}/{@namespace}\" of {Describe(binding)} to {subject}", Rules(binding, @namespace));
            }
        }
    }

    private IEnumerable<PolicyRule> Rules(JsonObject binding, string @namespace)
    {
        var role = binding.Map("roleRef");
        var stored = role.Text("kind") == "Role"
            ? state.Find("roles" + Suffix, @namespace, role.Text("name"))
            : state.Find("clusterroles" + Suffix, "", role.Text("name"));
        return stored.Items("rules").Select(PolicyRule.Parse);
    }

    private static string? SubjectOf(JsonObject binding, UserInfo user, string @namespace)
    {
        foreach (var subject in binding.Items("subjects"))
        {
            var name = subject.Text("name");
            switch (subject.Text("kind"))
            {
                case "User" when name == user.Name:
                    return $"User \"{name}\"";
                case "Group" when user.Groups.Contains(name):
                    return $"Group \"{name}\"";
                case "ServiceAccount":
                    var home = subject.Text("namespace") is { Length: > 0 } own ? own : @namespace;
                    if (home.Length > 0 && user.Name == $"system:serviceaccount:{home}:{name}")
                    {
                        return $"ServiceAccount \"{name}/{home}\"";
                    }

                    break;
            }
        }

        return null;
    }

    private static string Describe(JsonObject binding) => $"{binding.Map("roleRef").Text("kind")} \"{binding.Map("roleRef").Text("name")}\"";

    private static string Name(JsonObject obj) => obj.Map("metadata").Text("name");
}
