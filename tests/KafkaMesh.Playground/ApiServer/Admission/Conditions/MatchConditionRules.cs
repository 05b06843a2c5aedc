using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Defaults;
using KafkaMesh.Playground.ApiServer.Rest;
using KafkaMesh.Playground.ApiServer.Schema;

namespace KafkaMesh.Playground.ApiServer.Admission.Conditions;

/// <summary>Match conditions of a webhook (KEP-3716): what is stored, and what they say of an object.</summary>
internal static class MatchConditionRules
{
    private const int MaxConditions = 64;

    /// <summary>Validates the conditions of a webhook; an expression that cannot be evaluated here is refused by name.</summary>
    public static void Validate(JsonObject webhook, string at, List<FieldError> errors)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var conditions = webhook.Items("matchConditions").ToList();
        if (conditions.Count > MaxConditions)
        {
            errors.Add(FieldError.TooMany($"{at}.matchConditions", conditions.Count, MaxConditions));
        }

        for (var i = 0; i < conditions.Count; i++)
        {
            var (path, name, expression) = ($"{at}.matchConditions[{i}]", conditions[i].Text("name"), conditions[i].Text("expression"));
            if (name.Length == 0)
            {
                errors.Add(FieldError.Required($"{path}.name"));
            }
            else if (!names.Add(name))
            {
                errors.Add(FieldError.Duplicate($"{path}.name", name));
            }

            Expression(expression, $"{path}.expression", errors);
        }
    }

    /// <summary>Whether all conditions of a webhook hold for an object: only then is it called.</summary>
    /// <exception cref="ApiException">One cannot be evaluated, none is false, and failurePolicy is Fail.</exception>
    public static bool Hold(JsonObject webhook, WriteContext context, JsonObject? obj)
    {
        var results = webhook.Items("matchConditions").Select(c => (Name: c.Text("name"), Holds: MatchExpression.Compile(c.Text("expression"))(obj))).ToList();
        if (results.Exists(r => r.Holds == false))
        {
            return false;
        }

        if (results.Find(r => r.Holds is null) is not { Name: { } failed })
        {
            return true;
        }

        return webhook.Text("failurePolicy") == "Ignore"
            ? false
            : throw new ApiException(403, "Forbidden", $"{context.Kind.Plural} \"{context.Name}\" is forbidden: match condition \"{failed}\" cannot be evaluated: no such key");
    }

    private static void Expression(string expression, string at, List<FieldError> errors)
    {
        if (string.IsNullOrWhiteSpace(expression))
        {
            errors.Add(FieldError.Required(at));
            return;
        }

        try
        {
            MatchExpression.Compile(expression);
        }
        catch (ConditionSyntaxException e)
        {
            errors.Add(FieldError.Forbidden(at, $"the playground does not evaluate this CEL expression: {e.Message}"));
        }
    }
}
