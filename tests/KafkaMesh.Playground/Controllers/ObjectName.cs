namespace KafkaMesh.Playground.Controllers;

/// <summary>Namespace (empty for cluster-wide objects) and name of an object that a controller looks after.</summary>
internal readonly record struct ObjectName(string Namespace, string Name);
