using System.Text;
using System.Text.Json.Nodes;

namespace KafkaMesh.Codec.Tests.Definitions;

/// <content>Values, and what each tells to metrics: by the field's own name and entity type, without the product's rules.</content>
internal sealed partial class DefinitionMessage
{
    private static readonly string[] Codecs = ["none", "gzip", "snappy", "lz4", "zstd"];

    /// <summary>DescribeConfigs, AlterConfigs, IncrementalAlterConfigs; ListConfigResources since it says which.</summary>
    private bool NamesConfigResources => _target is { ApiKey: 32 or 33 or 44 } or { ApiKey: 74, Version: > 0 };

    private bool IsResponse => _target.Kind == MessageKind.Response;

    private JsonNode? Value(DefinedField field, bool isNull)
    {
        switch (field.Type)
        {
            case "bool":
                var truth = _random.Next(3) == 0 ? 0 : _random.Next(1, 256);
                _wire.Int8(truth);
                return truth != 0;
            case "int8":
                var small = field.Name is "KeyType" or "ResourceType" ? _namedBy : _random.Next(-128, 128);
                _wire.Int8(small);
                return small;
            case "int16":
                var code = _random.Next(4) == 0 ? 0 : _random.Next(short.MinValue, short.MaxValue + 1);
                _wire.Int16(code);
                TellInt16(field, code);
                return code;
            case "uint16":
                var port = _random.Next(ushort.MaxValue + 1);
                _wire.Int16(unchecked((short)port));
                return port;
            case "int32":
                var number = _random.Next(int.MinValue, int.MaxValue) >> _random.Next(32);
                _wire.Int32(number);
                TellInt32(field, number);
                return number;
            case "int64":
                var large = _random.NextInt64(long.MinValue, long.MaxValue);
                _wire.Int64(large);
                if (field.Name == "HighWatermark" && IsResponse) Tell($"HighWatermark {large}");
                if (field.Name == "CommittedOffset") Tell($"CommittedOffset {large}");
                return large;
            case "float64":
                var ratio = _random.NextDouble() * 1e6;
                _wire.Int64(BitConverter.DoubleToInt64Bits(ratio));
                return ratio;
            case "uuid":
                return Uuid(field);
            case "string":
                return Text(field, isNull);
            case "bytes":
                return Bytes(isNull);
            case "records":
                return Records(field, isNull);
            default:
                throw new InvalidOperationException($"{field.Name}: type {field.Type} is in no definition.");
        }
    }

    private void TellInt16(DefinedField field, int value)
    {
        if (IsResponse && field.Name.EndsWith("ErrorCode", StringComparison.Ordinal) && field.Name != "TopicConfigErrorCode")
        {
            Tell($"Error {value}");
            if (!_isUntold) _errors.Add(($"{value}", _place));
        }

        if (field.Name == "Acks") Tell($"Acks {value}");
        if (!IsResponse || _target.ApiKey != 18) return;
        if (field.Name == "ApiKey") Tell($"SupportedApiKey {value}");
        if (field.Name == "MinVersion") Tell($"SupportedMinVersion {value}");
        if (field.Name == "MaxVersion") Tell($"SupportedMaxVersion {value}");
    }

    private void TellInt32(DefinedField field, int value)
    {
        if (IsResponse && field.Name == "ThrottleTimeMs") Tell($"ThrottleTimeMs {value}");
        if (field.Name is "GenerationId" or "MemberEpoch") Tell($"{field.Name} {value}");
        if (!IsResponse && field.Name == "ReplicaId" && _place.IsMessage) Tell($"ReplicaId {value}");
        var isListed = field is { IsArray: true, Name: "Partitions" or "PartitionIndexes" } && _place.IsInTopic;
        if (!isListed && field.Name is not ("Partition" or "PartitionId" or "PartitionIndex" or "Index")) return;
        Tell($"PartitionIndex {value}");
        _place.Partition = value;
    }

    private string Uuid(DefinedField field)
    {
        var bytes = new byte[16];
        _random.NextBytes(bytes);
        _wire.Raw(bytes);
        var text = Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        if (field.Name != "TopicId") return text;
        Tell($"TopicId {text}");
        _place.TopicId = text;
        return text;
    }

    private string? Text(DefinedField field, bool isNull)
    {
        var length = isNull ? 0 : _random.Next(_random.Next(6) == 0 ? 400 : 12);
        var text = new string(_random.GetItems<char>("abcdefghijklmnopqrstuvwxyz.-_", length));
        Length(isNull ? -1 : length, sizeof(short));
        _wire.Raw(Encoding.ASCII.GetBytes(text));
        if (isNull) return null;
        if (MeaningOfText(field) is { } meaning) Tell($"{meaning} {length} '{text[..Math.Min(length, 255)]}'");
        if (NamesConfigResources) return text; // whose errors are those of resources
        if (MeaningOfText(field) == "TopicName") _place.Topic = text[..Math.Min(length, 255)];
        if (MeaningOfText(field) == "GroupId") _place.Group = text[..Math.Min(length, 255)];
        return text;
    }

    private string? MeaningOfText(DefinedField field) => (field.EntityType, field.Name) switch
    {
        (_, "Key" or "CoordinatorKeys") when _target is { ApiKey: FindCoordinator, Kind: MessageKind.Request } => (_target.Version == 0 ? 0 : _namedBy) switch
        {
            0 => "GroupId",
            1 => "TransactionalId",
            _ => null,
        },
        (_, "ResourceName") when NamesConfigResources => _namedBy switch
        {
            2 => "TopicName",
            32 => "GroupId",
            _ => null,
        },
        ("topicName", _) or (_, "SubscribedTopicNames") => "TopicName",
        ("groupId", _) or (_, "GroupId") => "GroupId",
        ("transactionalId", _) => "TransactionalId",
        (_, "ClientSoftwareName") => "ClientSoftwareName",
        (_, "ClientSoftwareVersion") => "ClientSoftwareVersion",
        (_, "Mechanism") => "SaslMechanism",
        _ => null,
    };

    /// <summary>Below version 0 of the consumer protocol, so that no view shows them as more than bytes.</summary>
    private string? Bytes(bool isNull)
    {
        byte[] bytes = isNull ? [] : [0xff, 0xfe, .. RandomBytes(_random.Next(3) == 0 ? 700 : 20)];
        Length(isNull ? -1 : bytes.Length, sizeof(int));
        _wire.Raw(bytes);
        return isNull ? null : Convert.ToBase64String(bytes);
    }

    private JsonObject? Records(DefinedField field, bool isNull)
    {
        var outer = _wire;
        _wire = new();
        var isAligned = field.Name != "UnalignedRecords";
        var batches = new JsonArray();
        for (var i = isNull ? 0 : _random.Next(4); i > 0; i--) Batch(batches, isAligned);
        var records = _wire.ToArray();
        _wire = outer;
        Length(isNull ? -1 : records.Length, sizeof(int));
        _wire.Raw(records);
        if (isAligned) Tell($"Records {records.Length} Complete");
        if (isNull) return null;
        var view = new JsonObject { ["sizeInBytes"] = records.Length };
        if (isAligned) view["batches"] = batches;
        return view;
    }

    private void Batch(JsonArray batches, bool isAligned)
    {
        var (payload, before, magic, offset) = (RandomBytes(300), _wire.Length, _random.Next(3), _random.NextInt64());
        var codec = _random.Next(magic == 2 ? 5 : 4);
        var (isTransactional, isControl) = (magic == 2 && _random.Next(2) == 0, magic == 2 && _random.Next(4) == 0);
        var attributes = codec + (isTransactional ? 0x10 : 0) + (isControl ? 0x20 : 0);
        var records = magic == 2 ? _random.Next(1000) : 1;
        if (magic == 2) _wire.Batch(offset, attributes, records, payload);
        else _wire.Message(offset, magic, attributes, payload);
        if (!isAligned) return;
        Tell($"Batch offset={offset} size={_wire.Length - before} records={records} magic={magic} {Codecs[codec]} transactional={isTransactional} control={isControl}");
        batches.Add(new JsonObject
        {
            ["baseOffset"] = offset,
            ["sizeInBytes"] = _wire.Length - before,
            ["records"] = records,
            ["magic"] = magic,
            ["compression"] = Codecs[codec],
            ["transactional"] = isTransactional,
            ["control"] = isControl,
        });
    }
}
