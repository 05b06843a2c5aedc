using System.Buffers.Binary;

namespace KafkaMesh.Codec;

/// <summary>One API key's row of <see cref="KafkaTables.Apis"/>.</summary>
internal readonly ref struct ApiEntry
{
    /// <summary>
    /// Numbers per row: lowest version, highest version, first flexible version (-1: none), index of the first request program,
    /// index of the first response program.
    /// </summary>
    public const int Width = 5;

    /// <summary>Bytes of a row.</summary>
    public const int SizeInBytes = Width * sizeof(short);

    private readonly ReadOnlySpan<byte> _row;

    private ApiEntry(ReadOnlySpan<byte> row) => _row = row;

    /// <summary>Whether the key is in the schema.</summary>
    public bool IsKnown => MaxVersion >= MinVersion;

    public short MinVersion => At(0, absent: 0);

    public short MaxVersion => At(1, absent: -1);

    /// <summary>-1 when there is none.</summary>
    public short FirstFlexibleVersion => At(2, absent: -1);

    public short FirstRequest => At(3, absent: 0);

    public short FirstResponse => At(4, absent: 0);

    public static ApiEntry Of(short apiKey)
    {
        var table = KafkaTables.Apis;
        var start = apiKey * SizeInBytes;
        return apiKey < 0 || start >= table.Length ? default : new ApiEntry(table.Slice(start, SizeInBytes));
    }

    private short At(int column, short absent) => _row.IsEmpty ? absent : BinaryPrimitives.ReadInt16BigEndian(_row[(column * sizeof(short))..]);
}
