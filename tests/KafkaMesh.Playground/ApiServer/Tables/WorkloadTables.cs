using System.Globalization;
using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Schema;

namespace KafkaMesh.Playground.ApiServer.Tables;

/// <summary>The tables of deployments, replica sets and jobs.</summary>
internal static class WorkloadTables
{
    private static readonly TableColumn[] TemplateColumns =
    [
        new("Containers", "string", "Names of the containers in the template.", 1),
        new("Images", "string", "Images of the containers in the template.", 1),
        new("Selector", "string", "Label selector of the pods.", 1),
    ];

    /// <summary>Deployments.</summary>
    public static readonly TableLayout Deployments = new(
        [
            TableLayout.Name, new("Ready", "string", "Ready pods of the wanted ones."),
            new("Up-to-date", "string", "Pods with the current template."), new("Available", "string", "Pods that are ready long enough."),
            TableLayout.Age, .. TemplateColumns,
        ],
        static (obj, now) =>
        [
            TableLayout.NameOf(obj), $"{Count(obj, "status", "readyReplicas")}/{Count(obj, "spec", "replicas")}",
            Count(obj, "status", "updatedReplicas"), Count(obj, "status", "availableReplicas"), TableLayout.AgeOf(obj, now), .. TemplateCells(obj),
        ]);

    /// <summary>Replica sets.</summary>
    public static readonly TableLayout ReplicaSets = new(
        [
            TableLayout.Name, new("Desired", "integer", "Wanted pods."), new("Current", "integer", "Existing pods."),
            new("Ready", "integer", "Ready pods."), TableLayout.Age, .. TemplateColumns,
        ],
        static (obj, now) =>
        [
            TableLayout.NameOf(obj), Count(obj, "spec", "replicas"), Count(obj, "status", "replicas"), Count(obj, "status", "readyReplicas"),
            TableLayout.AgeOf(obj, now), .. TemplateCells(obj),
        ]);

    /// <summary>Jobs.</summary>
    public static readonly TableLayout Jobs = new(
        [
            TableLayout.Name, new("Status", "string", "Status of the job."), new("Completions", "string", "Pods that succeeded, of the wanted ones."),
            new("Duration", "string", "Time that the job took."), TableLayout.Age, .. TemplateColumns,
        ],
        static (obj, now) =>
        [
            TableLayout.NameOf(obj), JobStatus(obj), JobCompletions(obj), JobDuration(obj, now), TableLayout.AgeOf(obj, now), .. TemplateCells(obj),
        ]);

    /// <summary>A label selector (matchLabels and matchExpressions) as text.</summary>
    public static string SelectorText(JsonObject? selector)
    {
        var labels = (selector?["matchLabels"] as JsonObject ?? []).OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key}={p.Value}");
        var expressions = (selector?["matchExpressions"] as JsonArray ?? []).OfType<JsonObject>().Select(ExpressionText);
        return string.Join(",", labels.Concat(expressions)) is { Length: > 0 } text ? text : "<none>";
    }

    private static string ExpressionText(JsonObject expression)
    {
        var values = string.Join(",", (expression["values"] as JsonArray ?? []).Select(v => v?.ToString()));
        return expression["operator"]?.ToString() switch
        {
            "In" => $"{expression["key"]} in ({values})",
            "NotIn" => $"{expression["key"]} notin ({values})",
            "DoesNotExist" => $"!{expression["key"]}",
            _ => $"{expression["key"]}",
        };
    }

    private static IEnumerable<JsonNode?> TemplateCells(JsonObject obj)
    {
        var containers = (obj["spec"]?["template"]?["spec"]?["containers"] as JsonArray ?? []).OfType<JsonObject>().ToList();
        yield return string.Join(",", containers.Select(c => c["name"]?.ToString()));
        yield return string.Join(",", containers.Select(c => c["image"]?.ToString()));
        yield return SelectorText(obj["spec"]?["selector"] as JsonObject);
    }

    private static string JobStatus(JsonObject job)
    {
        bool Holds(string type) => (job["status"]?["conditions"] as JsonArray ?? []).Any(c => c?["type"]?.ToString() == type && c["status"]?.ToString() == "True");
        return 0 switch
        {
            _ when Holds("Complete") => "Complete",
            _ when Holds("Failed") => "Failed",
            _ when job["metadata"]?["deletionTimestamp"] is not null => "Terminating",
            _ when Holds("Suspended") => "Suspended",
            _ when Holds("FailureTarget") => "FailureTarget",
            _ when Holds("SuccessCriteriaMet") => "SuccessCriteriaMet",
            _ => "Running",
        };
    }

    private static string JobCompletions(JsonObject job)
    {
        var succeeded = Count(job, "status", "succeeded");
        if (job["spec"]?["completions"] is JsonValue completions)
        {
            return $"{succeeded}/{completions}";
        }

        var parallelism = Count(job, "spec", "parallelism");
        return parallelism > 1 ? $"{succeeded}/1 of {parallelism}" : $"{succeeded}/1";
    }

    private static string JobDuration(JsonObject job, DateTimeOffset now)
    {
        if (!DateTimeOffset.TryParse(job["status"]?["startTime"]?.ToString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var start))
        {
            return "";
        }

        var ended = DateTimeOffset.TryParse(job["status"]?["completionTime"]?.ToString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var end);
        return HumanDuration.Text((ended ? end : now) - start);
    }

    private static long Count(JsonObject obj, string part, string field) => JsonNumber.ReadInteger(obj[part]?[field]) ?? 0;
}
