namespace KafkaMesh.Playground.ApiServer.Rest;

/// <summary>The forms of <see cref="Representation"/>.</summary>
internal enum RepresentationForm
{
    /// <summary>The whole object.</summary>
    Object,

    /// <summary>Rows and columns (Table of meta.k8s.io).</summary>
    Table,

    /// <summary>Only the metadata (PartialObjectMetadata of meta.k8s.io).</summary>
    Metadata,
}
