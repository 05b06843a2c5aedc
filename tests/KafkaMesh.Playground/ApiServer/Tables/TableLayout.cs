using System.Text.Json.Nodes;

namespace KafkaMesh.Playground.ApiServer.Tables;

/// <summary>The columns of a kind and how an object fills them.</summary>
/// <param name="Columns">The columns.</param>
/// <param name="Cells">The cells of one object, as many as there are columns; null for an absent value.</param>
internal sealed record TableLayout(IReadOnlyList<TableColumn> Columns, Func<JsonObject, DateTimeOffset, IReadOnlyList<JsonNode?>> Cells)
{
    /// <summary>The name column that most layouts begin with.</summary>
    public static readonly TableColumn Name = new("Name", "string", "Name of the object, unique within its namespace.", Format: "name");

    /// <summary>The age column that most layouts have.</summary>
    public static readonly TableColumn Age = new("Age", "string", "Time since the object was created.");

    /// <summary>The name of an object.</summary>
    public static JsonNode? NameOf(JsonObject obj) => obj["metadata"]?["name"]?.DeepClone();

    /// <summary>The age of an object as text.</summary>
    public static JsonNode? AgeOf(JsonObject obj, DateTimeOffset now) => HumanDuration.Since(obj["metadata"]?["creationTimestamp"]?.ToString(), now);
}
