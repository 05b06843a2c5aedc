namespace KafkaMesh.Playground.ApiServer.Rest;

/// <summary>The form in which a client wants objects.</summary>
/// <param name="Form">Whole objects, a table or their metadata alone.</param>
/// <param name="Yaml">Whether the encoding is YAML; JSON otherwise.</param>
/// <param name="Version">Version of the table or metadata type: <c>v1</c> or <c>v1beta1</c>.</param>
internal readonly record struct Representation(RepresentationForm Form, bool Yaml = false, string Version = "v1");
