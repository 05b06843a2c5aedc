namespace KafkaMesh.Codec;

/// <summary>Which half of an exchange a body belongs to.</summary>
public enum MessageKind : byte
{
    /// <summary>Client to broker.</summary>
    Request,

    /// <summary>Broker to client.</summary>
    Response,
}
