using System.Text.Json.Nodes;

namespace KafkaMesh.Contracts.Tests.Schema;

/// <summary>One schema with its place.</summary>
/// <param name="Path">Path of the value that it is about.</param>
/// <param name="Schema">The schema.</param>
/// <param name="IsProperty">Whether it is a named property, in contrast to an item or a map's value.</param>
internal sealed record SchemaNode(string Path, JsonObject Schema, bool IsProperty);
