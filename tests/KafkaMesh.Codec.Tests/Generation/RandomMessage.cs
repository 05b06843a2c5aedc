using System.Buffers.Binary;
using System.Text;
using KafkaMesh.Codec.SchemaTool.Compile;
using KafkaMesh.Codec.SchemaTool.Model;
using KafkaMesh.Codec.Tests.Bodies;

namespace KafkaMesh.Codec.Tests.Generation;

/// <summary>
/// Makes a random body of any key and version from the schema, together with what a reader must say about it. It walks the
/// schema's fields, not the compiled programs.
/// </summary>
internal sealed class RandomMessage
{
    private readonly Random _random;
    private readonly MessageSpec _part;
    private readonly MessageKind _kind;
    private readonly int _version;
    private readonly bool _isFlexible;
    private readonly List<string> _events = [];
    private WireWriter _wire = new();
    private int _silent;
    private bool _isCanonical;

    private RandomMessage(Random random, MessageSpec part, MessageKind kind, int version)
    {
        _random = random;
        _part = part;
        _kind = kind;
        _version = version;
        _isFlexible = part.Flexible.Contains(version);
    }

    /// <summary>Makes one.</summary>
    public static (byte[] Body, string Events) Make(Random random, MessageSpec part, MessageKind kind, int version)
    {
        var message = new RandomMessage(random, part, kind, version);
        message.Struct(part.Fields, isTopLevel: true);
        return (message._wire.ToArray(), string.Join('\n', message._events));
    }

    /// <summary>Makes the bytes of one of any key and version.</summary>
    public static byte[] Make(Random random, Target target) =>
        Make(random, Repository.Schema.Apis.Single(api => api.Key == target.ApiKey).Part(target.Kind, target.Version), target.Kind, target.Version).Body;

    /// <summary>Makes bytes as an encoder writes them: booleans 0 and 1, numbers that are numbers.</summary>
    public static byte[] MakeCanonical(Random random, Target target)
    {
        var part = Repository.Schema.Apis.Single(api => api.Key == target.ApiKey).Part(target.Kind, target.Version);
        var message = new RandomMessage(random, part, target.Kind, target.Version) { _isCanonical = true };
        message.Struct(part.Fields, isTopLevel: true);
        return message._wire.ToArray();
    }

    private void Struct(IReadOnlyList<FieldSpec> all, bool isTopLevel)
    {
        var fields = all.Where(field => field.IsInline(_version)).ToList();
        var scopes = SemanticRules.ScopesOf(fields, isTopLevel);
        var choice = NameChoice.In(_part.Name, all, _version);
        var number = choice is null ? 0 : Chosen(choice);
        foreach (var field in fields)
        {
            if (choice is not null && choice.IsNumber(field)) _wire.Int8(number);
            else Field(field, SemanticRules.Of(field, _kind, scopes, isTopLevel), scopes, choice?.MeaningOf(field) >= TextChoice.Chosen ? choice.Of(number) : choice?.MeaningOf(field));
        }

        if (_isFlexible) Tags(all, scopes, isTopLevel);
        if (scopes != FieldScopes.None) Say($"End {scopes}");
        if (!isTopLevel && choice is { NamesStructure: true } && SemanticRules.ScopesOfElement(choice.Of(number)) is var chosen && chosen != FieldScopes.None) Say($"End {chosen}");
    }

    /// <summary>A value of the number, mostly one that means something.</summary>
    private int Chosen(NameChoice choice) => _random.Next(4) == 0 ? _random.Next(-128, 128) : choice.Choices[_random.Next(choice.Choices.Count)].Value;

    private void Field(FieldSpec field, FieldSemantic semantic, FieldScopes scopes, FieldSemantic? chosen = null)
    {
        var isNull = field.Nullable.Contains(_version) && _random.Next(4) == 0;
        if (field.Type.IsArray) Array(field, isNull, semantic, chosen ?? SemanticRules.OfElement(field, scopes));
        else if (field.Type.IsPrimitive) Primitive(field, isNull, chosen ?? semantic);
        else Nested(field, isNull);
    }

    private void Nested(FieldSpec field, bool isNull)
    {
        if (field.Nullable.Contains(_version)) _wire.Int8(isNull ? -1 : 1);
        if (!isNull) Struct(field.Fields, isTopLevel: false);
    }

    private void Array(FieldSpec field, bool isNull, FieldSemantic semantic, FieldSemantic element)
    {
        var count = isNull ? 0 : _random.Next(4);
        Length(count, isNull, isShort: false);
        if (semantic != FieldSemantic.None) Say($"{semantic} {count}");
        for (var i = 0; i < count; i++)
        {
            if (!field.Type.IsPrimitive)
            {
                Struct(field.Fields, isTopLevel: false);
                continue;
            }

            Primitive(field with { Type = new FieldType(field.Type.Name, IsArray: false) }, isNull: false, element);
            if (SemanticRules.ScopesOfElement(element) is var scopes && scopes != FieldScopes.None) Say($"End {scopes}");
        }
    }

    private void Primitive(FieldSpec field, bool isNull, FieldSemantic semantic)
    {
        switch (field.Type.Name)
        {
            case "string":
                Text(isNull, semantic);
                break;
            case "bytes":
            case "records" when field.Name == "UnalignedRecords":
                Bytes(isNull, RandomBytes(_random.Next(3) == 0 ? 700 : 20));
                break;
            case "records":
                Records(isNull);
                break;
            case "uuid":
                Uuid(semantic);
                break;
            case "bool" when _isCanonical:
                _wire.Int8(_random.Next(2));
                break;
            case "float64" when _isCanonical:
                _wire.Int64(BitConverter.DoubleToInt64Bits(_random.NextDouble()));
                break;
            default:
                Number(field.Type.FixedSize, semantic);
                break;
        }
    }

    private void Number(int size, FieldSemantic semantic)
    {
        var value = _random.NextInt64(long.MinValue, long.MaxValue) >> _random.Next(64);
        switch (size)
        {
            case 1: _wire.Int8((sbyte)value); break;
            case 2: _wire.Int16(unchecked((short)value)); value = unchecked((short)value); break;
            case 4: _wire.Int32(unchecked((int)value)); value = unchecked((int)value); break;
            default: _wire.Int64(value); break;
        }

        if (semantic != FieldSemantic.None) Say($"{semantic} {value}");
    }

    private void Uuid(FieldSemantic semantic)
    {
        var bytes = new byte[TopicId.SizeInBytes];
        _random.NextBytes(bytes);
        _wire.Raw(bytes);
        if (semantic == FieldSemantic.TopicId) Say($"TopicId {Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_')}");
    }

    private void Text(bool isNull, FieldSemantic semantic)
    {
        // Most are short; some are longer than what the reader keeps.
        var length = isNull ? 0 : _random.Next(_random.Next(5) == 0 ? 600 : 12);
        var text = string.Create(length, _random, (span, random) => random.GetItems("abcdefghijklmnopqrstuvwxyz.-_", span));
        Length(length, isNull, isShort: true);
        _wire.Raw(Encoding.ASCII.GetBytes(text));
        if (!isNull && semantic != FieldSemantic.None) Say($"{semantic} {length} '{text[..Math.Min(length, 255)]}'");
    }

    private void Bytes(bool isNull, byte[] bytes)
    {
        Length(isNull ? 0 : bytes.Length, isNull, isShort: false);
        if (!isNull) _wire.Raw(bytes);
    }

    private void Records(bool isNull)
    {
        var outer = _wire;
        _wire = new WireWriter();
        var said = new List<string>();
        var end = RecordsEnd.Complete;
        for (var i = isNull ? 0 : _random.Next(4); i > 0; i--) Batch(said);
        if (!isNull && _random.Next(4) == 0)
        {
            end = RecordsEnd.PartialBatch;
            var cut = new WireWriter().Batch(9, 0, 3, RandomBytes(40)).ToArray();
            _wire.Raw(cut.AsSpan(0, _random.Next(1, cut.Length)));
        }

        var records = _wire.ToArray();
        _wire = outer;
        Bytes(isNull, records);
        foreach (var line in said) Say(line);
        Say($"Records {records.Length} {end}");
    }

    private void Batch(List<string> said)
    {
        var payload = RandomBytes(_random.Next(3) == 0 ? 900 : 30);
        var before = _wire.Length;
        var magic = _random.Next(3);
        var attributes = _random.Next(magic == 2 ? 0x80 : 4);
        var records = magic == 2 ? _random.Next(100) : 1;
        var offset = _random.NextInt64();
        if (magic == 2) _wire.Batch(offset, attributes, records, payload);
        else _wire.Message(offset, magic, attributes, payload);
        said.Add($"Batch offset={offset} size={_wire.Length - before} records={records} magic={magic} {(CompressionType)(attributes & 7)} attributes={attributes}");
    }

    /// <summary>Known tagged fields and unknown ones. The reader tells numbers with a meaning and skips all others, whatever is in them.</summary>
    private void Tags(IReadOnlyList<FieldSpec> all, FieldScopes scopes, bool isTopLevel)
    {
        var known = all.Where(field => field.Tagged.Contains(_version) && _random.Next(2) == 0).OrderBy(field => field.Tag).ToList();
        var unknown = _random.Next(3) == 0 ? _random.Next(1, 3) : 0;
        _wire.Varint((uint)(known.Count + unknown));
        foreach (var field in known) Tag(field, SemanticRules.NumberOfTag(field, _version), scopes, isTopLevel);
        for (var i = 0; i < unknown; i++) _wire.Varint((uint)(1000 + (i * 100_000))).Varint(300).Raw(new byte[300]);
    }

    private void Tag(FieldSpec field, FieldSpec? number, FieldScopes scopes, bool isTopLevel)
    {
        var semantic = number is null ? FieldSemantic.None : SemanticRules.Of(number, _kind, scopes, isTopLevel);
        var isNumber = number == field && semantic != FieldSemantic.None;
        var outer = _wire;
        _wire = new WireWriter();
        _silent += isNumber ? 0 : 1;
        Field(field, semantic, scopes);
        _silent -= isNumber ? 0 : 1;
        var value = _wire.ToArray();
        _wire = outer;

        // Of a structure the number is told that it begins with.
        if (!isNumber && semantic != FieldSemantic.None) Say($"{semantic} {BinaryPrimitives.ReadInt32BigEndian(value)}");
        _wire.Varint((uint)field.Tag).Varint((uint)value.Length).Raw(value);
    }

    private void Length(int length, bool isNull, bool isShort)
    {
        if (_isFlexible) _wire.Varint(isNull ? 0 : (uint)length + 1);
        else if (isShort) _wire.Int16(isNull ? -1 : length);
        else _wire.Int32(isNull ? -1 : length);
    }

    private byte[] RandomBytes(int below)
    {
        var bytes = new byte[_random.Next(below)];
        _random.NextBytes(bytes);
        return bytes;
    }

    private void Say(string line)
    {
        if (_silent == 0) _events.Add(line);
    }
}
