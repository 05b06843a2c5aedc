using KafkaMesh.Codec.SchemaTool.Compile;
using KafkaMesh.Codec.SchemaTool.Model;

namespace KafkaMesh.Codec.SchemaTool.Emit;

/// <summary>The fields of all messages with their names, as the codec's <see cref="LayoutTable"/> reads them.</summary>
internal sealed class FieldTable
{
    private readonly Dictionary<string, int> _known = new(StringComparer.Ordinal);

    private FieldTable()
    {
    }

    /// <summary>Numbers by message part: content, versions, flexible versions, start in <see cref="Fields"/>.</summary>
    public List<int> Rows { get; } = [];

    /// <summary>All fields.</summary>
    public List<byte> Fields { get; } = [];

    /// <summary>Names, each once.</summary>
    public List<string> Texts { get; } = [];

    public static FieldTable Build(SchemaSet schema)
    {
        var table = new FieldTable();
        foreach (var api in schema.Apis)
        {
            foreach (var part in api.Requests) table.Add(part, LayoutTable.ContentOf(api.Key, MessageKind.Request));
            foreach (var part in api.Responses) table.Add(part, LayoutTable.ContentOf(api.Key, MessageKind.Response));
        }

        foreach (var part in schema.Data) table.Add(part, LayoutTable.ContentOf(WireTypes.OfEmbedded(part)));
        return table;
    }

    private void Add(MessageSpec part, int content)
    {
        var flexible = part.Flexible.IsNone ? VersionSpan.None : Span(part.Flexible);
        Rows.AddRange([content, part.Versions.Min, part.Versions.Max, flexible.Min, flexible.Max, Fields.Count]);
        Add(part.Fields, part.ApiKey);
    }

    private void Add(IReadOnlyList<FieldSpec> fields, short apiKey)
    {
        Fields.Add(checked((byte)fields.Count));
        foreach (var field in fields) Add(field, apiKey);
    }

    private void Add(FieldSpec field, short apiKey)
    {
        var type = WireTypes.Of(field, apiKey);
        var flags = (field.Nullable.IsNone ? 0 : LayoutTable.NullableFlag) | (field.Tagged.IsNone ? 0 : LayoutTable.TaggedFlag);
        AddText(char.ToLowerInvariant(field.Name[0]) + field.Name[1..]);
        Fields.Add((byte)((byte)type | (field.Type.IsArray ? LayoutTable.ArrayFlag : 0)));
        Add(field.Versions);
        Fields.Add((byte)flags);
        if (!field.Nullable.IsNone) Add(field.Nullable);
        if (!field.Tagged.IsNone)
        {
            Fields.Add(checked((byte)field.Tag));
            Add(field.Tagged);
        }

        if (type == WireType.Struct) Add(field.Fields, apiKey);
    }

    private void Add(VersionRange range)
    {
        var span = Span(range);
        Fields.AddRange([span.Min, span.Max]);
    }

    private static VersionSpan Span(VersionRange range) => new(checked((byte)range.Min), checked((byte)range.Max));

    private void AddText(string text)
    {
        if (!_known.TryGetValue(text, out var index))
        {
            index = Texts.Count;
            Texts.Add(text);
            _known.Add(text, index);
        }

        Fields.AddRange([(byte)(index >> 8), (byte)index]);
    }
}
