namespace KafkaMesh.Playground.ApiServer.Tables;

/// <summary>One column of a Table (TableColumnDefinition of meta.k8s.io).</summary>
/// <param name="Name">Heading.</param>
/// <param name="Type">string, integer, number, boolean or date.</param>
/// <param name="Description">What the column shows.</param>
/// <param name="Priority">0: always shown; above: only with <c>-o wide</c>.</param>
/// <param name="Format">OpenAPI format; <c>name</c> marks the object's name.</param>
internal sealed record TableColumn(string Name, string Type, string Description, int Priority = 0, string Format = "");
