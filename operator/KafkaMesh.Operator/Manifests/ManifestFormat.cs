namespace KafkaMesh.Operator.Manifests;

/// <summary>How a document is written.</summary>
internal enum ManifestFormat
{
    /// <summary>YAML.</summary>
    Yaml,

    /// <summary>JSON.</summary>
    Json,
}
