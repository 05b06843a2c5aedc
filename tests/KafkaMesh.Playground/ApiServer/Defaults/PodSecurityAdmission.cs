using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Rest;

namespace KafkaMesh.Playground.ApiServer.Defaults;

/// <summary>
/// Pod Security admission: refuses or warns about pods by the namespace's labels <c>pod-security.kubernetes.io/enforce</c> and
/// <c>/warn</c>; workloads only ever get the warning. Without the label <c>enforce</c> the server's default counts; a value of it that is
/// no level counts as restricted. It runs after the webhooks.
/// </summary>
/// <param name="findNamespace">Finds a namespace.</param>
/// <param name="defaultLevel">What is enforced without the label: <c>defaults.enforce</c> of a real server's PodSecurityConfiguration.</param>
internal sealed class PodSecurityAdmission(Func<string, JsonObject?> findNamespace, string defaultLevel) : IAdmission
{
    private const string Prefix = "pod-security.kubernetes.io/";

    /// <inheritdoc/>
    public ValueTask<JsonObject?> AdmitAsync(WriteContext context, JsonObject? obj)
    {
        JsonObject? result = obj;
        if (obj is null || context.Subresource.Length > 0 || context.Operation is not (WriteOperation.Create or WriteOperation.Update) || PodSpec(context.Kind.Kind, obj) is not { } pod)
        {
            return ValueTask.FromResult(result);
        }

        var labels = findNamespace(context.Namespace).Map("metadata").Map("labels");
        var enforce = Enforced(labels);
        var warn = labels.Text(Prefix + "warn");
        if (context.Kind.Kind == "Pod" && Violations(enforce, pod) is { Length: > 0 } refusal)
        {
            throw ApiErrors.Forbidden("", "pods", context.Name, $"violates PodSecurity \"{enforce}:{Version(labels, "enforce")}\": {refusal}");
        }

        if (warn.Length > 0 && Violations(warn, pod) is { Length: > 0 } warning)
        {
            context.Warnings.Add($"would violate PodSecurity \"{warn}:{Version(labels, "warn")}\": {warning}");
        }

        return ValueTask.FromResult(result);
    }

    private string Enforced(JsonObject? labels)
    {
        if (labels?.ContainsKey(Prefix + "enforce") != true)
        {
            return defaultLevel;
        }

        return labels.Text(Prefix + "enforce") is "privileged" or "baseline" ? labels.Text(Prefix + "enforce") : "restricted";
    }

    private static string Version(JsonObject? labels, string mode) => labels.Text($"{Prefix}{mode}-version") is { Length: > 0 } version ? version : "latest";

    private static string Violations(string level, JsonObject pod)
        => string.Join(", ", PodSecurityChecks.Check(level, pod.Map("metadata"), pod.Map("spec")));

    private static JsonObject? PodSpec(string kind, JsonObject obj) => kind switch
    {
        "Pod" => obj,
        "Deployment" or "ReplicaSet" or "StatefulSet" or "DaemonSet" or "Job" => obj.Map("spec").Map("template"),
        _ => null,
    };
}
