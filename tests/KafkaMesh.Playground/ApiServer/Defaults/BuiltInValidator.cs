using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Rest;
using KafkaMesh.Playground.ApiServer.Schema;

namespace KafkaMesh.Playground.ApiServer.Defaults;

/// <summary>Validates built-in kinds: dispatches to the rules of each.</summary>
internal sealed class BuiltInValidator : IValidator
{
    /// <inheritdoc/>
    public void Validate(WriteContext context, JsonObject? old, JsonObject obj, List<StatusCause> causes)
    {
        if (context.Kind.IsCustom || context.Subresource.Length > 0)
        {
            return;
        }

        var errors = new List<FieldError>();
        Validate(context.Kind.ApiVersion, context.Kind.Kind, old, obj, errors);
        causes.AddRange(errors.Select(e => e.ToStatusCause()));
    }

    /// <summary>Adds the errors of one object.</summary>
    public static void Validate(string apiVersion, string kind, JsonObject? old, JsonObject obj, List<FieldError> errors)
    {
        switch (kind)
        {
            case "Pod":
                PodValidator.Spec(obj.Map("spec"), "spec", errors);
                if (old is not null && errors.Count == 0)
                {
                    PodValidator.Update(old, obj, errors);
                }

                break;
            case "Deployment" or "ReplicaSet" or "StatefulSet" or "DaemonSet":
                WorkloadRules.Selected(old, obj, kind, errors);
                break;
            case "Job":
                WorkloadRules.Job(old, obj, errors);
                break;
            case "ConfigMap" or "Secret":
                DataRules.Validate(kind, old, obj, errors);
                break;
            case "Service":
                ServiceRules.Validate(old, obj, errors);
                break;
            case "Lease":
                Lease(obj, errors);
                break;
            case "Event":
                EventRules.Validate(apiVersion, old, obj, errors);
                break;
            case "Role" or "ClusterRole" or "RoleBinding" or "ClusterRoleBinding":
                RbacRules.Validate(kind, old, obj, errors);
                break;
            case "MutatingWebhookConfiguration":
                WebhookRules.Validate(obj, errors);
                break;
        }
    }

    private static void Lease(JsonObject obj, List<FieldError> errors)
    {
        var spec = obj.Map("spec");
        if (spec.Integer("leaseDurationSeconds") is <= 0)
        {
            errors.Add(FieldError.Invalid("spec.leaseDurationSeconds", spec.Integer("leaseDurationSeconds"), "must be greater than 0"));
        }

        if (spec.Integer("leaseTransitions") is < 0)
        {
            errors.Add(FieldError.Invalid("spec.leaseTransitions", spec.Integer("leaseTransitions"), "must be greater than or equal to 0"));
        }
    }
}
