using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Kinds;
using KafkaMesh.Playground.ApiServer.Schema;

namespace KafkaMesh.Playground.ApiServer.Tables;

/// <summary>Tables of custom resources: name, then what <c>additionalPrinterColumns</c> says and nothing else; AGE when it says nothing.</summary>
internal static class CustomResourceTable
{
    /// <summary>The layout of a custom kind.</summary>
    public static TableLayout LayoutOf(ResourceKind kind)
    {
        var given = (kind.CustomDefinition?["additionalPrinterColumns"] as JsonArray ?? []).OfType<JsonObject>().ToList();
        if (given.Count == 0)
        {
            var age = new TableColumn("Age", "date", "Time since the object was created.");
            return new TableLayout([TableLayout.Name, age], static (obj, now) => [TableLayout.NameOf(obj), TableLayout.AgeOf(obj, now)]);
        }

        var columns = given.Select(ColumnOf).ToList();
        var paths = given.Select(c => JsonPath.Parse(c["jsonPath"]?.ToString() ?? "")).ToList();
        return new TableLayout(
            [TableLayout.Name, .. columns],
            (obj, now) => [TableLayout.NameOf(obj), .. columns.Select((column, i) => CellOf(column, paths[i], obj, now))]);
    }

    private static TableColumn ColumnOf(JsonObject column)
    {
        var path = column["jsonPath"]?.ToString() ?? "";
        var description = column["description"]?.ToString() is { Length: > 0 } text ? text : $"Custom resource definition column (in JSONPath format): {path}";
        var priority = (int)(JsonNumber.ReadInteger(column["priority"]) ?? 0);
        return new TableColumn(column["name"]?.ToString() ?? "", column["type"]?.ToString() ?? "", description, priority, column["format"]?.ToString() ?? "");
    }

    /// <summary>Only the first value counts; one that does not fit the column's type is absent.</summary>
    private static JsonNode? CellOf(TableColumn column, JsonPath path, JsonObject obj, DateTimeOffset now)
    {
        var value = path.Evaluate(obj).FirstOrDefault();
        var kind = value?.GetValueKind() ?? JsonValueKind.Null;
        return column.Type switch
        {
            _ when value is null => null,
            "integer" => kind == JsonValueKind.Number ? (long)Math.Truncate(NumberOf(value)) : null,
            "number" => kind == JsonValueKind.Number ? NumberOf(value) : null,
            "boolean" => kind is JsonValueKind.True or JsonValueKind.False ? value.DeepClone() : null,
            "date" => kind == JsonValueKind.String ? DateText(value.GetValue<string>(), now) : null,
            _ => kind == JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString(),
        };
    }

    private static double NumberOf(JsonNode value) => double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture);

    private static string DateText(string timestamp, DateTimeOffset now) =>
        DateTimeOffset.TryParse(timestamp, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _) ? HumanDuration.Since(timestamp, now) : "<invalid>";
}
