using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Schema;
using Microsoft.AspNetCore.Http;

namespace KafkaMesh.Playground.ApiServer.Rest;

/// <summary>Reads DeleteOptions from body and query; the body wins when there is one, as in a real server.</summary>
internal static class DeleteOptionsParser
{
    /// <summary>The typed options, whether nothing may be stored, and the options object for admission.</summary>
    /// <exception cref="ApiException">400 for another kind in the body, 422 for values that are not allowed.</exception>
    public static (DeleteRequest Request, bool DryRun, JsonObject Options) Parse(IQueryCollection query, JsonObject? body)
    {
        var given = body ?? FromQuery(query);
        if (given["kind"]?.ToString() is { Length: > 0 } kind && kind != "DeleteOptions")
        {
            throw ApiErrors.BadRequest($"no kind \"{kind}\" is registered for version \"{given["apiVersion"]}\" in scheme \"pkg/runtime/scheme.go:111\"");
        }

        if (given["dryRun"] is null && query["dryRun"].ToString() is { Length: > 0 } dryRunParameter)
        {
            given["dryRun"] = new JsonArray(dryRunParameter);
        }

        var dryRun = WriteOptions.IsDryRun((given["dryRun"] as JsonArray ?? []).Select(v => v?.ToString() ?? ""), "DeleteOptions");
        var request = ReadRequest(given);
        var options = (JsonObject)given.DeepClone();
        options["kind"] = "DeleteOptions";
        options["apiVersion"] = "meta.k8s.io/v1";
        return (request, dryRun, options);
    }

    private static DeleteRequest ReadRequest(JsonObject given)
    {
        var policy = given["propagationPolicy"]?.ToString();
        var orphan = given["orphanDependents"] is JsonValue orphanValue && orphanValue.GetValueKind() is JsonValueKind.True or JsonValueKind.False
            ? orphanValue.GetValue<bool>()
            : (bool?)null;
        if (policy is not null && orphan is not null)
        {
            throw Refuse("FieldValueInvalid", $"Invalid value: \"{policy}\": orphanDependents and deletionPropagation cannot be both set");
        }

        if (policy is not (null or "Foreground" or "Background" or "Orphan"))
        {
            throw Refuse("FieldValueNotSupported", $"Unsupported value: \"{policy}\": supported values: \"Foreground\", \"Background\", \"Orphan\", \"nil\"");
        }

        var preconditions = given["preconditions"] as JsonObject;
        return new DeleteRequest
        {
            GracePeriodSeconds = JsonNumber.ReadInteger(given["gracePeriodSeconds"]),
            PropagationPolicy = policy ?? (orphan is true ? "Orphan" : null),
            PreconditionUid = preconditions?["uid"]?.ToString(),
            PreconditionResourceVersion = preconditions?["resourceVersion"]?.ToString(),
        };
    }

    private static JsonObject FromQuery(IQueryCollection query)
    {
        var options = new JsonObject();
        if (query["propagationPolicy"].ToString() is { Length: > 0 } policy)
        {
            options["propagationPolicy"] = policy;
        }

        if (long.TryParse(query["gracePeriodSeconds"].ToString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var grace))
        {
            options["gracePeriodSeconds"] = grace;
        }

        if (query["orphanDependents"].ToString() is { Length: > 0 } orphan)
        {
            options["orphanDependents"] = ListRequest.IsTrue(orphan);
        }

        return options;
    }

    private static ApiException Refuse(string reason, string message) =>
        ApiErrors.Invalid("meta.k8s.io", "DeleteOptions", "DeleteOptions.meta.k8s.io", "", [new StatusCause(reason, message, "propagationPolicy")]);
}
