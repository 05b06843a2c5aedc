using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Schema;

namespace KafkaMesh.Playground.ApiServer.Defaults;

/// <summary>Validates Events of the core group (lenient unless eventTime is set) and of events.k8s.io (strict), see raw-lease-events.</summary>
internal static class EventRules
{
    private const int MaxNote = 1024;

    /// <summary>Validates an Event; only <c>series</c> of a new-style Event may change.</summary>
    public static void Validate(string apiVersion, JsonObject? old, JsonObject obj, List<FieldError> errors)
    {
        var isNew = apiVersion.StartsWith("events.k8s.io/", StringComparison.Ordinal);
        Namespace(obj, isNew, errors);
        if (isNew || obj["eventTime"] is not null)
        {
            Strict(obj, isNew, errors);
        }

        if (old is null || !isNew)
        {
            return;
        }

        foreach (var (field, shown) in new[] { ("reason", "reason"), ("note", "message"), ("action", "action"), ("type", "type") })
        {
            if (!JsonNumber.DeepEquals(old[field], obj[field]))
            {
                errors.Add(FieldError.Invalid(shown, obj[field]?.DeepClone(), "field is immutable"));
            }
        }
    }

    private static void Namespace(JsonObject obj, bool isNew, List<FieldError> errors)
    {
        var subject = obj.Map(isNew ? "regarding" : "involvedObject");
        var own = obj.Map("metadata").Text("namespace");
        var other = subject.Text("namespace");
        var isFine = other.Length == 0 ? own is "default" or "" : other == own;
        if (!isFine)
        {
            errors.Add(FieldError.Invalid("involvedObject.namespace", other, "does not match event.namespace"));
        }
    }

    private static void Strict(JsonObject obj, bool isNew, List<FieldError> errors)
    {
        var controller = isNew ? "reportingController" : "reportingComponent";
        if (obj["eventTime"] is null)
        {
            errors.Add(FieldError.Required("eventTime"));
        }

        var name = obj.Text(controller);
        if (name.Length == 0)
        {
            errors.Add(FieldError.Required(controller));
        }

        errors.AddRange(NameRules.QualifiedName(name).Select(e => FieldError.Invalid(controller, name, e)));
        foreach (var field in new[] { "reportingInstance", "action", "reason" })
        {
            if (obj.Text(field).Length == 0)
            {
                errors.Add(FieldError.Required(field));
            }
            else if (obj.Text(field).Length > 128)
            {
                errors.Add(FieldError.Invalid(field, "", "can have at most 128 characters"));
            }
        }

        if (obj.Text(isNew ? "note" : "message").Length > MaxNote)
        {
            errors.Add(FieldError.Invalid("message", "", $"can have at most {MaxNote} characters"));
        }

        if (obj.Text("type") is not ("Normal" or "Warning"))
        {
            errors.Add(FieldError.Invalid("type", "", $"has invalid value: {obj.Text("type")}"));
        }
    }
}
