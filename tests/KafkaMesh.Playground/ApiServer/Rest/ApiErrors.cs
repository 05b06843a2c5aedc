using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Kinds;

namespace KafkaMesh.Playground.ApiServer.Rest;

/// <summary>The errors of the Kubernetes API with the words of a real server.</summary>
internal static class ApiErrors
{
    /// <summary>404: no such object.</summary>
    public static ApiException NotFound(ResourceKind kind, string name) =>
        new(404, "NotFound", $"{kind.GroupResource} \"{name}\" not found", Details(name, kind.Group, kind.Plural));

    /// <summary>404: no such resource type or path of a known group.</summary>
    public static ApiException NoSuchResource() => new(404, "NotFound", "the server could not find the requested resource", []);

    /// <summary>409: an object with this name exists.</summary>
    public static ApiException AlreadyExists(ResourceKind kind, string name) =>
        new(409, "AlreadyExists", $"{kind.GroupResource} \"{name}\" already exists", Details(name, kind.Group, kind.Plural));

    /// <summary>409: the object changed since the client read it, or a precondition does not hold.</summary>
    public static ApiException Conflict(ResourceKind kind, string name, string why = ObjectModified) =>
        new(409, "Conflict", $"Operation cannot be fulfilled on {kind.GroupResource} \"{name}\": {why}", Details(name, kind.Group, kind.Plural));

    /// <summary>The usual reason of a conflict.</summary>
    public const string ObjectModified = "the object has been modified; please apply your changes to the latest version and try again";

    /// <summary>422: the object breaks rules; the text names <c>Kind.group</c>.</summary>
    public static ApiException Invalid(ResourceKind kind, string name, IReadOnlyList<StatusCause> causes) =>
        Invalid(kind.Group, kind.Kind, kind.GroupKind, name, causes);

    /// <summary>422 for an options object or other kind that is given by its names.</summary>
    public static ApiException Invalid(string group, string kind, string groupKind, string name, IReadOnlyList<StatusCause> causes)
    {
        var texts = causes.Select(c => $"{c.Field}: {c.Message}").Distinct(StringComparer.Ordinal).ToList();
        var joined = texts.Count == 1 ? texts[0] : $"[{string.Join(", ", texts)}]";
        var details = Details(name, group, kind);
        details["causes"] = CausesOf(causes);
        return new ApiException(422, "Invalid", $"{groupKind} \"{name}\" is invalid: {joined}", details);
    }

    /// <summary>400 with a sentence.</summary>
    public static ApiException BadRequest(string message) => new(400, "BadRequest", message);

    /// <summary>403 of authorisation or an admission plug-in; a create has no name in the text.</summary>
    public static ApiException Forbidden(string group, string plural, string name, string why, IReadOnlyList<StatusCause>? causes = null)
    {
        var resource = group.Length == 0 ? plural : $"{plural}.{group}";
        var subject = name.Length == 0 ? resource : $"{resource} \"{name}\"";
        var details = Details(name, group, plural);
        if (causes is { Count: > 0 })
        {
            details["causes"] = CausesOf(causes);
        }

        return new ApiException(403, "Forbidden", $"{subject} is forbidden: {why}", details);
    }

    /// <summary>401: bad credentials.</summary>
    public static ApiException Unauthorized() => new(401, "Unauthorized", "Unauthorized");

    /// <summary>405 of a kind that does not support the verb.</summary>
    public static ApiException MethodNotSupported(ResourceKind kind, string verb) =>
        new(405, "MethodNotAllowed", $"{verb} is not supported on resources of kind \"{kind.GroupResource}\"", Details("", kind.Group, kind.Plural));

    /// <summary>405 of a path that has no such HTTP method.</summary>
    public static ApiException MethodNotAllowed() =>
        new(405, "MethodNotAllowed", "the server does not allow this method on the requested resource", []);

    /// <summary>410: the version asked for is too old.</summary>
    public static ApiException Expired(string message) => new(410, "Expired", message);

    /// <summary>500 with a bare sentence and no reason, as unexpected Go errors come out.</summary>
    public static ApiException Internal(string message) => new(500, null, message);

    /// <summary>StatusDetails with the given parts; empty ones are left out.</summary>
    public static JsonObject Details(string name, string group, string kind)
    {
        var details = new JsonObject();
        foreach (var (key, value) in new[] { ("name", name), ("group", group), ("kind", kind) })
        {
            if (value.Length > 0)
            {
                details[key] = value;
            }
        }

        return details;
    }

    private static JsonArray CausesOf(IEnumerable<StatusCause> causes) =>
        [.. causes.Select(c => (JsonNode)new JsonObject { ["reason"] = c.Reason, ["message"] = c.Message, ["field"] = c.Field })];
}
