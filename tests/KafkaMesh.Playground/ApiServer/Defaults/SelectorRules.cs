using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Schema;

namespace KafkaMesh.Playground.ApiServer.Defaults;

/// <summary>Validates and evaluates label selectors (metav1.LabelSelector).</summary>
internal static class SelectorRules
{
    /// <summary>Adds the errors of a selector.</summary>
    public static void Validate(JsonObject? selector, string at, List<FieldError> errors)
    {
        foreach (var (key, value) in selector.Map("matchLabels") ?? [])
        {
            errors.AddRange(NameRules.QualifiedName(key).Select(e => FieldError.Invalid($"{at}.matchLabels", key, e)));
            var text = value?.ToString() ?? "";
            errors.AddRange(NameRules.LabelValue(text).Select(e => FieldError.Invalid($"{at}.matchLabels", text, e)));
        }

        var index = 0;
        foreach (var expression in selector.Items("matchExpressions"))
        {
            var path = $"{at}.matchExpressions[{index++}]";
            var values = expression.Texts("values").Count;
            switch (expression.Text("operator"))
            {
                case "In" or "NotIn" when values == 0:
                    errors.Add(FieldError.Required($"{path}.values", "must be specified when `operator` is 'In' or 'NotIn'"));
                    break;
                case "Exists" or "DoesNotExist" when values > 0:
                    errors.Add(FieldError.Forbidden($"{path}.values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
                    break;
                case "In" or "NotIn" or "Exists" or "DoesNotExist":
                    break;
                default:
                    errors.Add(FieldError.Invalid($"{path}.operator", expression.Text("operator"), "not a valid selector operator"));
                    break;
            }

            var key = expression.Text("key");
            errors.AddRange(NameRules.QualifiedName(key).Select(e => FieldError.Invalid($"{path}.key", key, e)));
        }
    }

    /// <summary>Whether the labels satisfy the selector; an empty or absent one matches everything.</summary>
    public static bool Matches(JsonObject? selector, JsonObject? labels)
        => (selector.Map("matchLabels") ?? []).All(p => labels?[p.Key] is { } value && value.ToString() == p.Value?.ToString())
            && selector.Items("matchExpressions").All(e => Holds(e, labels));

    private static bool Holds(JsonObject expression, JsonObject? labels)
    {
        var value = labels?[expression.Text("key")]?.ToString();
        return expression.Text("operator") switch
        {
            "In" => value is not null && expression.Texts("values").Contains(value),
            "NotIn" => value is null || !expression.Texts("values").Contains(value),
            "Exists" => value is not null,
            "DoesNotExist" => value is null,
            _ => false,
        };
    }
}
