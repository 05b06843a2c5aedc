namespace KafkaMesh.Codec.SchemaTool.Model;

/// <summary>The kinds of definition that the schema keeps.</summary>
internal enum MessageType
{
    /// <summary>Body of a request.</summary>
    Request,

    /// <summary>Body of a response.</summary>
    Response,

    /// <summary>Header of either.</summary>
    Header,

    /// <summary>Contents of a bytes field or a record.</summary>
    Data,
}
