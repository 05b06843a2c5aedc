namespace KafkaMesh.Codec.SchemaTool.Model;

/// <summary>A definition that the tool cannot accept. Its message is one sentence that names the file, the place and the fault.</summary>
internal sealed class SchemaException(string message) : Exception(message);
