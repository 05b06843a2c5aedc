using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Schema;

namespace KafkaMesh.Playground.ApiServer.Defaults;

/// <summary>Validates pod specs and the changes that a pod allows after its creation.</summary>
internal static class PodValidator
{
    private const string UpdateForbidden = "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,"
        + "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),"
        + "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

    /// <summary>Validates a pod spec; <paramref name="path"/> is <c>spec</c> for a pod, <c>spec.template.spec</c> in a workload.</summary>
    public static void Spec(JsonObject? spec, string path, List<FieldError> errors)
    {
        var volumes = Volumes(spec, path, errors);
        if (!spec.Items("containers").Any())
        {
            errors.Add(FieldError.Required($"{path}.containers"));
        }

        var containers = new ContainerValidator(errors, volumes);
        containers.Validate(spec.Items("containers"), $"{path}.containers", isInit: false);
        containers.Validate(spec.Items("initContainers"), $"{path}.initContainers", isInit: true);
        Supported(spec, "restartPolicy", path, ["Always", "OnFailure", "Never"], errors);
        Supported(spec, "dnsPolicy", path, ["ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"], errors);
        if (spec.Integer("terminationGracePeriodSeconds") is < 0)
        {
            errors.Add(FieldError.Invalid($"{path}.terminationGracePeriodSeconds", spec.Integer("terminationGracePeriodSeconds"), "must be greater than or equal to 0"));
        }

        if (spec.Text("serviceAccountName") is { Length: > 0 } account)
        {
            errors.AddRange(NameRules.DnsSubdomain(account).Select(e => FieldError.Invalid($"{path}.serviceAccountName", account, e)));
        }

        if (spec.Integer("activeDeadlineSeconds") is < 1 or > int.MaxValue)
        {
            errors.Add(FieldError.Invalid($"{path}.activeDeadlineSeconds", spec.Integer("activeDeadlineSeconds"), "must be between 1 and 2147483647, inclusive"));
        }

        Tolerations(spec, path, errors);
    }

    /// <summary>Finds changes of a stored pod that are not allowed.</summary>
    public static void Update(JsonObject old, JsonObject pod, List<FieldError> errors)
    {
        var before = (JsonObject)(old.Map("spec") ?? []).DeepClone();
        var after = (JsonObject)(pod.Map("spec") ?? []).DeepClone();
        foreach (var list in new[] { "containers", "initContainers" })
        {
            if (before.Items(list).Count() != after.Items(list).Count())
            {
                errors.Add(FieldError.Forbidden($"spec.{list}", "pod updates may not add or remove containers"));
                return;
            }

            foreach (var (left, right) in before.Items(list).Zip(after.Items(list)))
            {
                left["image"] = right["image"]?.DeepClone();
            }
        }

        CheckTolerations(before, after, errors);
        foreach (var field in new[] { "activeDeadlineSeconds", "tolerations", "nodeName", "schedulingGates" })
        {
            // The node is set by the binding subresource; a plain update keeps it, which the comparison below proves.
            if (field != "nodeName" || before["nodeName"] is null)
            {
                before.Remove(field);
                after.Remove(field);
            }
        }

        if (before.Integer("terminationGracePeriodSeconds") is < 0 && after.Integer("terminationGracePeriodSeconds") == 1)
        {
            before["terminationGracePeriodSeconds"] = 1;
        }

        if (!JsonNumber.DeepEquals(before, after))
        {
            errors.Add(FieldError.Forbidden("spec", UpdateForbidden));
        }
    }

    private static HashSet<string> Volumes(JsonObject? spec, string path, List<FieldError> errors)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var index = 0;
        foreach (var volume in spec.Items("volumes"))
        {
            var at = $"{path}.volumes[{index++}]";
            var name = volume.Text("name");
            errors.AddRange(name.Length == 0
                ? [FieldError.Required($"{at}.name")]
                : NameRules.DnsLabel(name).Select(e => FieldError.Invalid($"{at}.name", name, e)));
            if (name.Length > 0 && !names.Add(name))
            {
                errors.Add(FieldError.Duplicate($"{at}.name", name));
            }

            var sources = volume.Where(p => p.Key != "name" && p.Value is not null).Select(p => p.Key).ToList();
            if (sources.Count == 0)
            {
                errors.Add(FieldError.Required(at, "must specify a volume type"));
            }

            errors.AddRange(sources.Skip(1).Select(source => FieldError.Forbidden($"{at}.{source}", "may not specify more than 1 volume type")));
        }

        return names;
    }

    private static void Tolerations(JsonObject? spec, string path, List<FieldError> errors)
    {
        var index = 0;
        foreach (var toleration in spec.Items("tolerations"))
        {
            var at = $"{path}.tolerations[{index++}]";
            if (toleration.Text("key").Length == 0 && toleration.Text("operator") != "Exists")
            {
                errors.Add(FieldError.Invalid($"{at}.operator", toleration.Text("operator"), "operator must be Exists when `key` is empty, which means \"match all values and all keys\""));
            }

            if (toleration["tolerationSeconds"] is not null && toleration.Text("effect") != "NoExecute")
            {
                errors.Add(FieldError.Invalid($"{at}.effect", toleration.Text("effect"), "effect must be 'NoExecute' when `tolerationSeconds` is set"));
            }

            if (toleration.Text("effect") is not ("" or "NoSchedule" or "PreferNoSchedule" or "NoExecute"))
            {
                errors.Add(FieldError.NotSupported($"{at}.effect", toleration.Text("effect"), ["NoSchedule", "PreferNoSchedule", "NoExecute"]));
            }
        }
    }

    private static void CheckTolerations(JsonObject before, JsonObject after, List<FieldError> errors)
    {
        var kept = after.Items("tolerations").ToList();
        if (before.Items("tolerations").Any(old => !kept.Exists(t => JsonNumber.DeepEquals(old, t))))
        {
            errors.Add(FieldError.Forbidden("spec.tolerations", "existing toleration can not be modified except its tolerationSeconds"));
        }
    }

    private static void Supported(JsonObject? spec, string field, string path, string[] supported, List<FieldError> errors)
    {
        if (spec?[field] is { } value && !supported.Contains(spec.Text(field)))
        {
            errors.Add(FieldError.NotSupported($"{path}.{field}", value.DeepClone(), supported));
        }
    }
}
