using System.Runtime.CompilerServices;

namespace KafkaMesh.Codec;

/// <summary>
/// Room for one indivisible unit that was cut by the end of a piece: a number, a length with the kept part of its string, or
/// the fixed part of a record batch.
/// </summary>
[InlineArray(Size)]
internal struct BodyScratch
{
    /// <summary>The longest unit is a compact length and the kept part of a text.</summary>
    public const int Size = Varint.MaxBytes + BodyReader.MaxTextBytes;

    private byte _first;
}
