using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Rest;

namespace KafkaMesh.Playground.ApiServer.Schema;

/// <summary>One cause of a 422 answer: where, why, and the sentence a real API server prints.</summary>
/// <param name="Field">Path of the field, for instance <c>spec.ports[0]</c>.</param>
/// <param name="Reason">Cause reason of the API, for instance <c>FieldValueInvalid</c>.</param>
/// <param name="Message">The message without the path.</param>
internal sealed record FieldError(string Field, string Reason, string Message)
{
    /// <summary>A value that breaks a rule.</summary>
    public static FieldError Invalid(string field, JsonNode? value, string detail)
        => new(field, "FieldValueInvalid", $"Invalid value: {GoText.Value(value)}: {detail}");

    /// <summary>A missing value; <paramref name="detail"/> may be empty.</summary>
    public static FieldError Required(string field, string detail = "")
        => new(field, "FieldValueRequired", detail.Length == 0 ? "Required value" : $"Required value: {detail}");

    /// <summary>A value outside of a fixed set.</summary>
    public static FieldError NotSupported(string field, JsonNode? value, IEnumerable<string> supported)
        => new(field, "FieldValueNotSupported",
            $"Unsupported value: {GoText.Value(value)}: supported values: {string.Join(", ", supported.Select(GoText.Quote))}");

    /// <summary>A value that must be unique and is not.</summary>
    public static FieldError Duplicate(string field, JsonNode? value)
        => new(field, "FieldValueDuplicate", $"Duplicate value: {GoText.Value(value)}");

    /// <summary>A field that must not be set here.</summary>
    public static FieldError Forbidden(string field, string detail)
        => new(field, "FieldValueForbidden", $"Forbidden: {detail}");

    /// <summary>A reference to something that does not exist.</summary>
    public static FieldError NotFound(string field, JsonNode? value)
        => new(field, "FieldValueNotFound", $"Not found: {GoText.Value(value)}");

    /// <summary>A text of more than <paramref name="limit"/> bytes.</summary>
    public static FieldError TooLong(string field, long limit)
        => new(field, "FieldValueTooLong", $"Too long: may not be more than {limit} bytes");

    /// <summary>A list of more than <paramref name="limit"/> items.</summary>
    public static FieldError TooMany(string field, long count, long limit)
        => new(field, "FieldValueTooMany", $"Too many: {count}: must have at most {limit} items");

    /// <summary>A value of the wrong JSON type; the message names the type, not the value.</summary>
    public static FieldError TypeInvalid(string field, string actual, string detail)
        => new(field, "FieldValueTypeInvalid", $"Invalid value: {GoText.Quote(actual)}: {detail}");

    /// <summary>Path and message, as they appear inside the message of a Status.</summary>
    public override string ToString() => $"{Field}: {Message}";

    /// <summary>The text after "is invalid: ": one error alone, several as <c>[a, b]</c>; repeated ones once.</summary>
    public static string Describe(IReadOnlyCollection<FieldError> errors)
    {
        var texts = errors.Select(e => e.ToString()).Distinct(StringComparer.Ordinal).ToList();
        return texts.Count == 1 ? texts[0] : $"[{string.Join(", ", texts)}]";
    }

    /// <summary>The cause as the REST layer collects it.</summary>
    public StatusCause ToStatusCause() => new(Reason, Message, Field);
}
