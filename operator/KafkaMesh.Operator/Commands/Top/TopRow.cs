using System.Text.Json.Nodes;

namespace KafkaMesh.Operator.Commands.Top;

/// <summary>A row of a view.</summary>
/// <param name="Namespace">Namespace of its KafkaMonitor.</param>
/// <param name="Monitor">Name of its KafkaMonitor.</param>
/// <param name="Cells">One per column of the view.</param>
/// <param name="ToJson">What it was made of, as the API answers it.</param>
internal sealed record TopRow(string Namespace, string Monitor, IReadOnlyList<TopCell> Cells, Func<JsonNode?> ToJson);
