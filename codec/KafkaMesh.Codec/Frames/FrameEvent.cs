namespace KafkaMesh.Codec;

/// <summary>What <see cref="FrameReader.Read"/> has just found.</summary>
public enum FrameEvent : byte
{
    /// <summary>All input was taken.</summary>
    NeedMoreData,

    /// <summary>The size of a new frame is known.</summary>
    FrameStart,

    /// <summary>
    /// The header's fields are known: of a request all of them, of a response the correlation id, after which
    /// <see cref="FrameReader.SetResponseHeaderVersion"/> may be called.
    /// </summary>
    Header,

    /// <summary>The header has ended and <see cref="FrameReader.BodyLength"/> is known.</summary>
    BodyStart,

    /// <summary>A piece of the body. At least one follows every <see cref="BodyStart"/>; it is empty when the body is.</summary>
    Body,

    /// <summary>The frame is complete.</summary>
    FrameEnd,

    /// <summary>The bytes are not Kafka frames: <see cref="FrameReader.Error"/> says why. The reader stays in this state.</summary>
    Invalid,
}
