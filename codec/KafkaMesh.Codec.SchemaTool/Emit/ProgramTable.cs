using KafkaMesh.Codec.SchemaTool.Compile;
using KafkaMesh.Codec.SchemaTool.Model;

namespace KafkaMesh.Codec.SchemaTool.Emit;

/// <summary>The programs of all versions, one after the other; equal ones are kept once.</summary>
internal sealed class ProgramTable
{
    private readonly Dictionary<string, ushort> _known = [];

    private ProgramTable()
    {
    }

    /// <summary>Numbers by API key, as the codec's <see cref="ApiEntry"/> reads them.</summary>
    public List<int> Rows { get; } = [];

    /// <summary>For each version the start of its program and that one's place in <see cref="Hot"/> from 1, 0 when it is not there.</summary>
    public List<(ushort Offset, byte Hot)> Starts { get; } = [];

    /// <summary>Starts of the programs that are also written out as C#.</summary>
    public List<ushort> Hot { get; } = [];

    /// <summary>All programs.</summary>
    public List<byte> Code { get; } = [];

    /// <summary>How many programs differ.</summary>
    public int DistinctCount => _known.Count;

    public static ProgramTable Build(IReadOnlyList<ApiSpec> apis)
    {
        var table = new ProgramTable();
        foreach (var api in apis) table.Add(api);
        return table;
    }

    private void Add(ApiSpec api)
    {
        // A key that no release has leaves a row without versions.
        while (Rows.Count < api.Key * ApiEntry.Width) Rows.AddRange([0, -1, -1, 0, 0]);
        var versions = api.Versions;
        Rows.AddRange([versions.Min, versions.Max, api.FirstFlexible]);
        foreach (var kind in new[] { MessageKind.Request, MessageKind.Response })
        {
            Rows.Add(Starts.Count);
            for (var version = versions.Min; version <= versions.Max; version++)
            {
                var program = ProgramCompiler.Compile(api.Part(kind, version), kind, version);
                var offset = Place(program);
                Starts.Add((offset, HotMessages.Contains(api.Key, kind) ? NumberOf(offset) : (byte)0));
            }
        }
    }

    private byte NumberOf(ushort offset)
    {
        if (!Hot.Contains(offset)) Hot.Add(offset);
        return checked((byte)(Hot.IndexOf(offset) + 1));
    }

    private ushort Place(byte[] program)
    {
        var text = Convert.ToHexString(program);
        if (_known.TryGetValue(text, out var offset)) return offset;
        if (Code.Count > ushort.MaxValue) throw new SchemaException("The programs exceed the 64 KiB that their offsets can reach.");
        offset = (ushort)Code.Count;
        Code.AddRange(program);
        _known.Add(text, offset);
        return offset;
    }
}
