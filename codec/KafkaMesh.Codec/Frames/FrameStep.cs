namespace KafkaMesh.Codec;

/// <summary>Where in a frame a <see cref="FrameReader"/> stands.</summary>
internal enum FrameStep : byte
{
    Size,
    HeaderFixed,
    ClientIdLength,
    ClientId,
    ClientIdRest,
    HeaderTags,
    Body,
    End,
    Invalid,
}
