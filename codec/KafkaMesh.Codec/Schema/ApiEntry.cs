namespace KafkaMesh.Codec;

/// <summary>One API key's row of <see cref="KafkaTables.Apis"/>.</summary>
internal readonly ref struct ApiEntry
{
    /// <summary>Numbers per row: lowest version, highest version, first flexible version (-1: none), index of the first
    /// request program, index of the first response program.</summary>
    public const int Width = 5;

    private readonly ReadOnlySpan<short> _row;

    private ApiEntry(ReadOnlySpan<short> row) => _row = row;

    /// <summary>Whether the key is in the schema; the other members count only then.</summary>
    public bool IsKnown => !_row.IsEmpty && _row[1] >= _row[0];

    public short MinVersion => _row.IsEmpty ? (short)0 : _row[0];

    public short MaxVersion => _row.IsEmpty ? (short)-1 : _row[1];

    public short FirstFlexibleVersion => _row[2];

    public short FirstRequest => _row[3];

    public short FirstResponse => _row[4];

    public static ApiEntry Of(short apiKey)
    {
        var table = KafkaTables.Apis;
        var start = apiKey * Width;
        return apiKey < 0 || start >= table.Length ? default : new ApiEntry(table.Slice(start, Width));
    }
}
