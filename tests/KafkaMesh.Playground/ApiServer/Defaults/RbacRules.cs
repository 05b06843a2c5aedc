using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Schema;

namespace KafkaMesh.Playground.ApiServer.Defaults;

/// <summary>Validates roles and bindings.</summary>
internal static class RbacRules
{
    /// <summary>Validates one RBAC object; a binding's roleRef never changes.</summary>
    public static void Validate(string kind, JsonObject? old, JsonObject obj, List<FieldError> errors)
    {
        if (kind is "Role" or "ClusterRole")
        {
            Rules(kind == "Role", obj, errors);
            return;
        }

        var role = obj.Map("roleRef");
        string[] kinds = kind == "RoleBinding" ? ["Role", "ClusterRole"] : ["ClusterRole"];
        if (!kinds.Contains(role.Text("kind")))
        {
            errors.Add(FieldError.NotSupported("roleRef.kind", role.Text("kind"), kinds));
        }

        if (role.Text("name").Length == 0)
        {
            errors.Add(FieldError.Required("roleRef.name"));
        }

        Subjects(kind == "RoleBinding", obj, errors);
        if (old is not null && !JsonNumber.DeepEquals(old.Map("roleRef"), role))
        {
            var shown = new JsonObject { ["APIGroup"] = role.Text("apiGroup"), ["Kind"] = role.Text("kind"), ["Name"] = role.Text("name") };
            errors.Add(FieldError.Invalid("roleRef", shown, "cannot change roleRef"));
        }
    }

    private static void Rules(bool isNamespaced, JsonObject obj, List<FieldError> errors)
    {
        var index = 0;
        foreach (var rule in obj.Items("rules"))
        {
            var at = $"rules[{index++}]";
            if (rule.Texts("verbs").Count == 0)
            {
                errors.Add(FieldError.Required($"{at}.verbs", "verbs must contain at least one value"));
            }

            if (rule.Texts("nonResourceURLs").Count > 0)
            {
                if (isNamespaced)
                {
                    errors.Add(FieldError.Invalid($"{at}.nonResourceURLs", rule["nonResourceURLs"]!.DeepClone(), "namespaced rules cannot apply to non-resource URLs"));
                }

                continue;
            }

            if (rule.Texts("apiGroups").Count == 0)
            {
                errors.Add(FieldError.Required($"{at}.apiGroups", "resource rules must supply at least one api group"));
            }

            if (rule.Texts("resources").Count == 0)
            {
                errors.Add(FieldError.Required($"{at}.resources", "resource rules must supply at least one resource"));
            }
        }
    }

    private static void Subjects(bool isNamespaced, JsonObject obj, List<FieldError> errors)
    {
        var index = 0;
        foreach (var subject in obj.Items("subjects"))
        {
            var at = $"subjects[{index++}]";
            if (subject.Text("name").Length == 0)
            {
                errors.Add(FieldError.Required($"{at}.name"));
            }

            switch (subject.Text("kind"))
            {
                case "ServiceAccount" when subject.Text("namespace").Length == 0 && !isNamespaced:
                    errors.Add(FieldError.Required($"{at}.namespace"));
                    break;
                case "ServiceAccount" or "User" or "Group":
                    break;
                default:
                    errors.Add(FieldError.NotSupported($"{at}.kind", subject.Text("kind"), ["Group", "ServiceAccount", "User"]));
                    break;
            }
        }
    }
}
