using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace KafkaMesh.Playground.ApiServer.Rest;

/// <summary>The query parameters of create, update and patch, validated as a real server does.</summary>
/// <param name="DryRun">Whether nothing may be stored.</param>
/// <param name="FieldManager">Name of the manager: parameter, else the User-Agent up to the first slash.</param>
/// <param name="FieldManagerGiven">Whether the parameter was given (server-side apply demands it).</param>
/// <param name="FieldValidation">What happens with unknown fields.</param>
/// <param name="Force">Whether server-side apply takes over conflicts; null when not given.</param>
internal sealed record WriteOptions(bool DryRun, string FieldManager, bool FieldManagerGiven, FieldValidation FieldValidation, bool? Force)
{
    private const int MaxManagerBytes = 128;

    /// <summary>Reads the parameters; <paramref name="optionsKind"/> is CreateOptions, UpdateOptions or PatchOptions for the texts.</summary>
    /// <exception cref="ApiException">422.</exception>
    public static WriteOptions Parse(HttpRequest request, string optionsKind)
    {
        var query = request.Query;
        var manager = query["fieldManager"].ToString();
        if (manager.Length > MaxManagerBytes)
        {
            throw Refuse(optionsKind, "FieldValueTooLong", $"Too long: may not be more than {MaxManagerBytes} bytes", "fieldManager");
        }

        var validation = query["fieldValidation"].ToString() switch
        {
            "" or "Warn" => FieldValidation.Warn,
            "Ignore" => FieldValidation.Ignore,
            "Strict" => FieldValidation.Strict,
            var other => throw Refuse(
                optionsKind, "FieldValueNotSupported", $"Unsupported value: \"{other}\": supported values: \"\", \"Ignore\", \"Strict\", \"Warn\"", "fieldValidation"),
        };
        var dryRun = IsDryRun(query["dryRun"].Select(v => v ?? "").Where(v => v.Length > 0), optionsKind);
        var force = query["force"].ToString() is { Length: > 0 } text ? ListRequest.IsTrue(text) : (bool?)null;
        return new WriteOptions(dryRun, manager.Length > 0 ? manager : DefaultManager(request), manager.Length > 0, validation, force);
    }

    /// <summary>Whether the dryRun values ask for a dry run.</summary>
    /// <exception cref="ApiException">422 for any value but All.</exception>
    public static bool IsDryRun(IEnumerable<string> values, string optionsKind)
    {
        var given = values.ToList();
        if (given.Any(v => v != "All"))
        {
            var shown = string.Join(",", given.Select(v => $"\"{v}\""));
            throw Refuse(optionsKind, "FieldValueNotSupported", $"Unsupported value: [{shown}]: supported values: \"All\"", "dryRun");
        }

        return given.Count > 0;
    }

    /// <summary>The options object as AdmissionReview carries it; <paramref name="kind"/> is CreateOptions or UpdateOptions, which know no force.</summary>
    public JsonObject ToObject(string kind)
    {
        var options = new JsonObject { ["kind"] = kind, ["apiVersion"] = "meta.k8s.io/v1" };
        if (DryRun)
        {
            options["dryRun"] = new JsonArray("All");
        }

        if (FieldManagerGiven)
        {
            options["fieldManager"] = FieldManager;
        }

        if (FieldValidation != FieldValidation.Warn)
        {
            options["fieldValidation"] = FieldValidation.ToString();
        }

        return options;
    }

    /// <summary>422 about an options object.</summary>
    public static ApiException Refuse(string optionsKind, string reason, string message, string field) =>
        ApiErrors.Invalid("meta.k8s.io", optionsKind, $"{optionsKind}.meta.k8s.io", "", [new StatusCause(reason, message, field)]);

    private static string DefaultManager(HttpRequest request)
    {
        var agent = request.Headers.UserAgent.ToString();
        var name = agent.Split('/')[0];
        return name.Length > MaxManagerBytes ? name[..MaxManagerBytes] : name;
    }
}
