using System.Text.Json.Nodes;

namespace KafkaMesh.Contracts.Tests.Schema;

/// <summary>Visits every schema inside a schema.</summary>
internal static class SchemaWalk
{
    public static IEnumerable<SchemaNode> Nodes(JsonObject root) => Visit(new SchemaNode("", root, IsProperty: false));

    private static IEnumerable<SchemaNode> Visit(SchemaNode node)
    {
        yield return node;
        var children = new List<SchemaNode>();
        foreach (var (name, schema) in node.Schema["properties"] as JsonObject ?? [])
        {
            children.Add(new SchemaNode(node.Path.Length == 0 ? name : $"{node.Path}.{name}", schema!.AsObject(), IsProperty: true));
        }

        if (node.Schema["items"] is JsonObject items)
        {
            children.Add(new SchemaNode($"{node.Path}[]", items, IsProperty: false));
        }

        if (node.Schema["additionalProperties"] is JsonObject values)
        {
            children.Add(new SchemaNode($"{node.Path}.*", values, IsProperty: false));
        }

        foreach (var inner in children.SelectMany(Visit))
        {
            yield return inner;
        }
    }
}
