namespace KafkaMesh.Contracts.Schema;

/// <summary>The value may be an integer or a string (Kubernetes quantity, port).</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SchemaIntOrStringAttribute : Attribute;
