using System.Runtime.CompilerServices;

namespace KafkaMesh.Codec;

/// <summary>Room for a client id, and for fixed fields that were cut by the end of a piece.</summary>
[InlineArray(FrameReader.MaxClientIdBytes)]
internal struct FrameScratch
{
    private byte _first;
}
