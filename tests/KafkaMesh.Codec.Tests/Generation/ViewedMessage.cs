using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using KafkaMesh.Codec.SchemaTool.Model;
using KafkaMesh.Codec.Tests.Bodies;

namespace KafkaMesh.Codec.Tests.Generation;

/// <summary>
/// Makes a random body of any key and version from the schema, together with the JSON that Kafka's own classes make of it. Values
/// are those at which codecs break: the ends of every number, beyond 2^53, -0 and what is no number, empty and null, lengths around
/// the ends of a byte and of a varint, text that JSON escapes.
/// </summary>
internal sealed class ViewedMessage
{
    private static readonly string[] Texts = ["", "a", "日本語", "\U0001f600", "\"\\/\n\t\0\u007f\u0085\u2028", new('x', 126), new('x', 127), new('y', 300)];
    private static readonly double[] Doubles = [0, -0.0, 100, 1.5, 1e22, 5e-324, double.MaxValue, double.PositiveInfinity, double.NegativeInfinity];

    private readonly Random _random;
    private readonly int _version;
    private readonly bool _isFlexible;
    private WireWriter _wire = new();

    private ViewedMessage(Random random, int version, bool isFlexible)
    {
        _random = random;
        _version = version;
        _isFlexible = isFlexible;
    }

    /// <summary>Makes one.</summary>
    public static (byte[] Body, JsonObject View) Make(Random random, Target target)
    {
        var part = Repository.Schema.Apis.Single(api => api.Key == target.ApiKey).Part(target.Kind, target.Version);
        var message = new ViewedMessage(random, target.Version, part.Flexible.Contains(target.Version));
        var view = message.Struct(part.Fields);
        return (message._wire.ToArray(), view);
    }

    private JsonObject Struct(IReadOnlyList<FieldSpec> fields)
    {
        var view = new JsonObject();
        foreach (var field in fields.Where(field => field.IsInline(_version))) view.Add(NameOf(field), Field(field));
        if (_isFlexible) Tags(fields, view);
        return view;
    }

    private static string NameOf(FieldSpec field) => field.Name[..1].ToLower(CultureInfo.InvariantCulture) + field.Name[1..];

    private JsonNode? Field(FieldSpec field)
    {
        var isNullable = field.Nullable.Contains(_version);
        var isNull = isNullable && _random.Next(3) == 0;
        if (!field.Type.IsArray) return Value(field, isNull, isNullable);
        var count = isNull ? 0 : _random.Next(4);
        if (!isNull && field.Type.IsPrimitive && _random.Next(50) == 0) count = 130;
        Length(count, isNull, isShort: false);
        if (isNull) return null;
        var elements = new JsonArray();
        for (var i = 0; i < count; i++) elements.Add(Value(field, isNull: false, isNullable: false));
        return elements;
    }

    private JsonNode? Value(FieldSpec field, bool isNull, bool isNullable)
    {
        switch (field.Type.Name)
        {
            case "bool": return Bool();
            case "float64": return Float();
            case "uuid": return Uuid();
            case "string": return Text(isNull);
            case "bytes": return Bytes(isNull) is { } bytes ? Convert.ToBase64String(bytes) : null;
            case "records": return Records(isNull);
            case "int8" or "int16" or "uint16" or "int32" or "uint32" or "int64": return Number(field.Type.FixedSize, isSigned: field.Type.Name[0] == 'i');
            default:
                if (isNullable) _wire.Int8(isNull ? -1 : 1);
                return isNull ? null : Struct(field.Fields);
        }
    }

    private bool Bool()
    {
        var value = _random.Next(2);
        _wire.Int8(value);
        return value != 0;
    }

    private JsonValue Number(int size, bool isSigned)
    {
        var bits = size * 8;
        var most = isSigned ? long.MaxValue >> (64 - bits) : (1L << bits) - 1;
        var least = isSigned ? -most - 1 : 0;
        var any = _random.NextInt64(long.MinValue, long.MaxValue) >> (64 - bits);
        if (!isSigned) any &= most;
        var value = _random.GetItems([least, most, 0, 1, any, Math.Min(most, (1L << 53) + 1)], 1)[0];
        for (var shift = bits - 8; shift >= 0; shift -= 8) _wire.Raw((byte)(value >> shift));
        return JsonValue.Create(value);
    }

    private JsonNode Float()
    {
        var value = _random.Next(8) == 0 ? BitConverter.Int64BitsToDouble(0x7ff8000000000000) : _random.GetItems(Doubles, 1)[0];
        _wire.Int64(BitConverter.DoubleToInt64Bits(value));
        if (double.IsFinite(value)) return value;
        return double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
    }

    private string Uuid()
    {
        var bytes = new byte[TopicId.SizeInBytes];
        if (_random.Next(3) > 0) _random.NextBytes(bytes);
        _wire.Raw(bytes);
        return Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');
    }

    private string? Text(bool isNull)
    {
        var text = _random.Next(500) == 0 ? new string('z', short.MaxValue) : _random.GetItems(Texts, 1)[0];
        var utf8 = isNull ? [] : Encoding.UTF8.GetBytes(text);
        Length(utf8.Length, isNull, isShort: true);
        _wire.Raw(utf8);
        return isNull ? null : text;
    }

    private byte[]? Bytes(bool isNull)
    {
        var bytes = new byte[isNull ? 0 : _random.GetItems([0, 1, 5, 126, 127, 400], 1)[0]];
        _random.NextBytes(bytes);
        Length(bytes.Length, isNull, isShort: false);
        _wire.Raw(bytes);
        return isNull ? null : bytes;
    }

    private JsonObject? Records(bool isNull) => Bytes(isNull) is { } bytes
        ? new JsonObject { ["sizeInBytes"] = bytes.Length, ["data"] = Convert.ToBase64String(bytes) }
        : null;

    /// <summary>Some of the known tags and an unknown one behind them, whose number and size take all lengths that a varint has.</summary>
    private void Tags(IReadOnlyList<FieldSpec> all, JsonObject view)
    {
        var known = all.Where(field => field.Tagged.Contains(_version) && _random.Next(2) == 0).OrderBy(field => field.Tag).ToList();
        var isUnknown = _random.Next(8) == 0;
        _wire.Varint((uint)(known.Count + (isUnknown ? 1 : 0)));
        foreach (var field in known) view.Add(NameOf(field), Tag(field));
        if (!isUnknown) return;
        var tag = _random.GetItems([100u, 128u, 1u << 14, 1u << 31, uint.MaxValue], 1)[0];
        var data = new byte[_random.GetItems([0, 1, 127, 128], 1)[0]];
        _wire.Varint(tag).Varint((uint)data.Length).Raw(data);
        view.Add("_unknownTaggedFields", new JsonArray(new JsonObject { ["tag"] = tag, ["data"] = Convert.ToBase64String(data) }));
    }

    private JsonNode? Tag(FieldSpec field)
    {
        var outer = _wire;
        _wire = new WireWriter();
        var view = Field(field);
        var value = _wire.ToArray();
        _wire = outer;
        _wire.Varint((uint)field.Tag).Varint((uint)value.Length).Raw(value);
        return view;
    }

    private void Length(int length, bool isNull, bool isShort)
    {
        if (_isFlexible) _wire.Varint(isNull ? 0 : (uint)length + 1);
        else if (isShort) _wire.Int16(isNull ? -1 : length);
        else _wire.Int32(isNull ? -1 : length);
    }
}
