using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Schema;

namespace KafkaMesh.Playground.ApiServer.Defaults;

/// <summary>Validates kinds that make pods from a template.</summary>
internal static class WorkloadRules
{
    /// <summary>Deployment, ReplicaSet, StatefulSet and DaemonSet: selector, template, replicas.</summary>
    public static void Selected(JsonObject? old, JsonObject obj, string kind, List<FieldError> errors)
    {
        var spec = obj.Map("spec");
        var selector = spec.Map("selector");
        if (spec.Integer("replicas") is < 0)
        {
            errors.Add(FieldError.Invalid("spec.replicas", spec.Integer("replicas"), "must be greater than or equal to 0"));
        }

        if (selector is null)
        {
            errors.Add(FieldError.Required("spec.selector"));
        }
        else if (selector.Map("matchLabels") is null or { Count: 0 } && !selector.Items("matchExpressions").Any())
        {
            errors.Add(FieldError.Invalid("spec.selector", selector.DeepClone(), $"empty selector is invalid for {kind.ToLowerInvariant()}"));
        }

        var labels = spec.Map("template").Map("metadata").Map("labels");
        foreach (var (name, value) in selector.Map("matchLabels") ?? [])
        {
            if (!JsonNumber.DeepEquals(labels?[name], value))
            {
                errors.Add(FieldError.Invalid("spec.template.metadata.labels", labels?.DeepClone(), "`selector` does not match template `labels`"));
                break;
            }
        }

        PodValidator.Spec(spec.Map("template").Map("spec"), "spec.template.spec", errors);
        if (spec.Map("template").Map("spec") is { } pod && pod.Text("restartPolicy") is { Length: > 0 } policy and not "Always")
        {
            errors.Add(FieldError.NotSupported("spec.template.spec.restartPolicy", policy, ["Always"]));
        }

        if (old is not null && !JsonNumber.DeepEquals(old.Map("spec").Map("selector"), selector))
        {
            errors.Add(FieldError.Invalid("spec.selector", selector?.DeepClone(), "field is immutable"));
        }
    }

    /// <summary>Job: restart policy, counts, immutable template.</summary>
    public static void Job(JsonObject? old, JsonObject obj, List<FieldError> errors)
    {
        var spec = obj.Map("spec");
        foreach (var field in new[] { "parallelism", "completions", "activeDeadlineSeconds", "backoffLimit", "ttlSecondsAfterFinished" })
        {
            if (spec.Integer(field) is < 0)
            {
                errors.Add(FieldError.Invalid($"spec.{field}", spec.Integer(field), "must be greater than or equal to 0"));
            }
        }

        PodValidator.Spec(spec.Map("template").Map("spec"), "spec.template.spec", errors);
        if (spec.Map("template").Map("spec").Text("restartPolicy") is "Always")
        {
            errors.Add(FieldError.Required("spec.template.spec.restartPolicy", "valid values: \"OnFailure\", \"Never\""));
        }

        if (old is null)
        {
            return;
        }

        foreach (var field in new[] { "selector", "template", "completionMode" })
        {
            if (!JsonNumber.DeepEquals(old.Map("spec")?[field], spec?[field]))
            {
                errors.Add(FieldError.Invalid($"spec.{field}", spec?[field]?.DeepClone(), "field is immutable"));
            }
        }
    }
}
