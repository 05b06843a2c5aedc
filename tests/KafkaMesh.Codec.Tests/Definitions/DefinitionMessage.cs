using System.Text.Json;
using System.Text.Json.Nodes;
using KafkaMesh.Codec.Tests.Bodies;
using KafkaMesh.Codec.Tests.Generation;

namespace KafkaMesh.Codec.Tests.Definitions;

/// <summary>Makes a random body from Kafka's definition of it.</summary>
internal sealed partial class DefinitionMessage
{
    private const short LeaveGroup = 13;
    private const short FindCoordinator = 10;
    private static readonly int[] NamedBy = [0, 1, 2, 4, 32];
    private readonly Random _random;
    private readonly Target _target;
    private readonly bool _isFlexible;
    private readonly List<string> _told = [];
    private readonly List<(string Error, Place Place)> _errors = [];
    private WireWriter _wire = new();
    private Place _place = new(parent: null);
    private bool _isUntold;
    private int _nullIn;
    private int _namedBy;

    private DefinitionMessage(Random random, Target target, bool isFlexible) => (_random, _target, _isFlexible) = (random, target, isFlexible);

    /// <summary>Makes a request or response.</summary>
    public static DefinedBody Make(Random random, KafkaDefinitions definitions, Target target) => Make(random, definitions.Find(target), target);

    /// <summary>Makes what members of a group tell each other: its version, then the message.</summary>
    public static DefinedBody MakeConsumerProtocol(Random random, KafkaDefinitions definitions, string name, short version)
    {
        var body = Make(random, definitions.FindData(name, version), new Target(-1, version, MessageKind.Request));
        body.View.Insert(0, "version", version);
        return body with { Bytes = new WireWriter().Int16(version).Raw(body.Bytes).ToArray() };
    }

    /// <summary>Makes bytes that have null for one field that may not be null in this version.</summary>
    /// <returns>Null when the message has no such field, or had none this time.</returns>
    public static byte[]? MakeWithNull(Random random, KafkaDefinitions definitions, Target target)
    {
        var message = definitions.Find(target);
        var maker = new DefinitionMessage(random, target, IsFlexible(message, target)) { _nullIn = random.Next(1, 7) };
        maker.Struct([.. DefinedField.Of(message, message, target.Version)], []);
        return maker._nullIn <= 0 ? maker._wire.ToArray() : null;
    }

    private static DefinedBody Make(Random random, JsonElement message, Target target)
    {
        var maker = new DefinitionMessage(random, target, IsFlexible(message, target));
        var view = new JsonObject();
        maker.Struct([.. DefinedField.Of(message, message, target.Version)], view);
        var errors = maker._errors.Select(error => $"{error.Error} {error.Place.Describe()}").Order(StringComparer.Ordinal);
        return new DefinedBody(maker._wire.ToArray(), view, maker._told, [.. errors]);
    }

    private static bool IsFlexible(JsonElement message, Target target) => KafkaDefinitions.Contains(message, "flexibleVersions", target.Version);

    private void Struct(IReadOnlyList<DefinedField> fields, JsonObject view)
    {
        _namedBy = NamedBy[_random.Next(NamedBy.Length)];
        foreach (var field in fields.Where(field => field.IsInline)) view[field.JsonName] = Field(field);
        if (_isFlexible) Tags(fields, view);
    }

    private JsonNode? Field(DefinedField field)
    {
        var isNull = field.IsNullable ? _random.Next(4) == 0 : IsNullByFault(field.IsArray || field.Type is "string" or "bytes");
        if (field.IsArray) return Array(field, isNull);
        if (!field.IsStruct) return Value(field, isNull);
        if (field.IsNullable) _wire.Int8(isNull ? _random.Next(-128, 0) : _random.Next(128));
        return isNull ? null : Within(() => Nested(field));
    }

    private JsonArray? Array(DefinedField field, bool isNull)
    {
        var count = isNull ? 0 : _random.Next(4);
        Length(isNull ? -1 : count, sizeof(int));

        // The members of LeaveGroup are those that leave.
        if (field.Name == "Members" && _target is { Kind: MessageKind.Response, ApiKey: not LeaveGroup }) Tell($"MemberCount {count}");
        if (isNull) return null;
        var view = new JsonArray();
        for (; count > 0; count--) view.Add(Within(() => field.IsStruct ? Nested(field) : Value(field, IsNullByFault(field.Type == "string"))));
        return view;
    }

    private bool IsNullByFault(bool canBeNull) => canBeNull && !_isUntold && --_nullIn == 0;

    private JsonNode Nested(DefinedField field)
    {
        var view = new JsonObject();
        Struct([.. field.Fields], view);
        return view;
    }

    private JsonNode? Within(Func<JsonNode?> make)
    {
        var outer = _place;
        _place = new Place(outer);
        var view = make();
        _place = outer;
        return view;
    }

    /// <summary>Known tagged fields that are sent; behind them unknown ones, among them tags that only other versions know.</summary>
    private void Tags(IReadOnlyList<DefinedField> fields, JsonObject view)
    {
        var section = new SortedDictionary<int, byte[]>();
        var unknown = new JsonArray();
        foreach (var field in fields.Where(field => field.IsTagged))
        {
            var isSent = _random.Next(2) == 0;
            if (isSent) view[field.JsonName] = Tagged(field, section);
        }

        var others = fields.Where(field => field is { IsTagged: false, Tag: not null }).Select(field => field.Tag!.Value).Append(_random.Next(100, 1 << 30));
        foreach (var tag in others.Where(tag => !section.ContainsKey(tag) && !fields.Any(field => field.IsTagged && field.Tag == tag) && _random.Next(3) == 0).Order())
        {
            section[tag] = RandomBytes(200);
            unknown.Add(new JsonObject { ["tag"] = tag, ["data"] = Convert.ToBase64String(section[tag]) });
        }

        _wire.Varint((uint)section.Count);
        foreach (var (tag, data) in section) _wire.Varint((uint)tag).Varint((uint)data.Length).Raw(data);
        if (unknown.Count > 0) view["_unknownTaggedFields"] = unknown;
    }

    /// <summary>Of tagged fields numbers are told to metrics, and which replica asks.</summary>
    private JsonNode? Tagged(DefinedField field, SortedDictionary<int, byte[]> section)
    {
        var (outer, before) = (_wire, _isUntold);
        _wire = new WireWriter();
        _isUntold |= field.IsArray || field.Type is not ("int16" or "int32" or "int64");
        var view = Field(field);
        section.Add(field.Tag!.Value, _wire.ToArray());
        (_wire, _isUntold) = (outer, before);
        if (field.Name == "ReplicaState") Tell($"ReplicaId {view!["replicaId"]}");
        return view;
    }

    private void Length(int length, int legacySize)
    {
        if (_isFlexible) _wire.Varint((uint)(length + 1));
        else if (legacySize == sizeof(short)) _wire.Int16(length);
        else _wire.Int32(length);
    }

    private byte[] RandomBytes(int below)
    {
        var bytes = new byte[_random.Next(below)];
        _random.NextBytes(bytes);
        return bytes;
    }

    private void Tell(string line)
    {
        if (!_isUntold) _told.Add(line);
    }
}
