using System.Text;
using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Schema;

namespace KafkaMesh.Playground.ApiServer.Defaults;

/// <summary>Validates ConfigMaps and Secrets.</summary>
internal static class DataRules
{
    /// <summary>Most bytes of all values together.</summary>
    public const int MaxBytes = 1024 * 1024;

    private static readonly string[] Lists = ["data", "binaryData"];

    /// <summary>Validates keys, size and the immutable flag.</summary>
    public static void Validate(string kind, JsonObject? old, JsonObject obj, List<FieldError> errors)
    {
        long total = 0;
        foreach (var list in Lists)
        {
            foreach (var (key, value) in obj.Map(list) ?? [])
            {
                errors.AddRange(NameRules.ConfigKey(key).Select(e => FieldError.Invalid($"{list}[{key}]", key, e)));
                total += Size(kind, list, value);
                if (list == "binaryData" && obj.Map("data")?.ContainsKey(key) == true)
                {
                    errors.Add(FieldError.Invalid($"binaryData[{key}]", key, "duplicate of key present in data"));
                }
            }
        }

        if (total > MaxBytes)
        {
            errors.Add(FieldError.TooLong(kind == "Secret" ? "data" : "", MaxBytes));
        }

        Immutable(kind, old, obj, errors);
    }

    private static long Size(string kind, string list, JsonNode? value)
    {
        var text = value?.ToString() ?? "";
        return kind == "Secret" || list == "binaryData" ? text.Length / 4 * 3 : Encoding.UTF8.GetByteCount(text);
    }

    private static void Immutable(string kind, JsonObject? old, JsonObject obj, List<FieldError> errors)
    {
        if (old is null)
        {
            return;
        }

        if (kind == "Secret" && old.Text("type") != obj.Text("type"))
        {
            errors.Add(FieldError.Invalid("type", obj.Text("type"), "field is immutable"));
        }

        if (old.Flag("immutable") != true)
        {
            return;
        }

        if (obj.Flag("immutable") != true)
        {
            errors.Add(FieldError.Forbidden("immutable", "field is immutable when `immutable` is set"));
        }

        errors.AddRange(Lists.Where(list => !JsonNumber.DeepEquals(old[list], obj[list]))
            .Select(list => FieldError.Forbidden(list, "field is immutable when `immutable` is set")));
    }
}
