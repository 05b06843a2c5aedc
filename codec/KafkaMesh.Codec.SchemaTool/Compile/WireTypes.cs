using KafkaMesh.Codec.SchemaTool.Model;

namespace KafkaMesh.Codec.SchemaTool.Compile;

/// <summary>Chooses how a field is read in full, by type and, for what groups carry inside bytes, by place.</summary>
internal static class WireTypes
{
    private const short JoinGroup = 11;
    private const short SyncGroup = 14;
    private const short DescribeGroups = 15;

    public static WireType Of(FieldSpec field, short apiKey) => field.Type.Name switch
    {
        "bool" => WireType.Bool,
        "int8" => WireType.Int8,
        "int16" => WireType.Int16,
        "uint16" => WireType.UInt16,
        "int32" => WireType.Int32,
        "uint32" => WireType.UInt32,
        "int64" => WireType.Int64,
        "float64" => WireType.Float64,
        "uuid" => WireType.Uuid,
        "string" => WireType.String,
        "bytes" => OfBytes(field.Name, apiKey),
        "records" => field.Name == "UnalignedRecords" ? WireType.UnalignedRecords : WireType.Records,
        _ => WireType.Struct,
    };

    /// <summary>The type of the bytes that hold a message of the consumer protocol.</summary>
    /// <exception cref="SchemaException">The message is another one.</exception>
    public static WireType OfEmbedded(MessageSpec message) => message.Name switch
    {
        "ConsumerProtocolSubscription" => WireType.Subscription,
        "ConsumerProtocolAssignment" => WireType.Assignment,
        _ => throw new SchemaException($"{message.Name}: no field is known to hold this message."),
    };

    private static WireType OfBytes(string name, short apiKey) => (apiKey, name) switch
    {
        (JoinGroup, "Metadata") or (DescribeGroups, "MemberMetadata") => WireType.Subscription,
        (SyncGroup, "Assignment") or (DescribeGroups, "MemberAssignment") => WireType.Assignment,
        _ => WireType.Bytes,
    };
}
