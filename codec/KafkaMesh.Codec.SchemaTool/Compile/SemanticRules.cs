using KafkaMesh.Codec.SchemaTool.Model;

namespace KafkaMesh.Codec.SchemaTool.Compile;

/// <summary>
/// Chooses what fields mean to metrics, by name, type and entity type. Kafka has kept these spellings in every release, so
/// new messages get their meaning without code.
/// </summary>
internal static class SemanticRules
{
    private const string ErrorCodeSuffix = "ErrorCode";
    private const string ReplicaId = "ReplicaId";

    // The topic was made; that its configuration may not be seen is no failure of the request (KIP-525).
    private const string UnseenConfigs = "TopicConfigErrorCode";

    /// <summary>What a field means, within a structure of the given scopes.</summary>
    /// <param name="field">The field.</param>
    /// <param name="kind">Whether it is sent or answered.</param>
    /// <param name="scopes">What the field's structure describes.</param>
    /// <param name="isTopLevel">Whether the field belongs to the message itself.</param>
    public static FieldSemantic Of(FieldSpec field, MessageKind kind, FieldScopes scopes, bool isTopLevel) => (field.Type.Name, field.Name) switch
    {
        _ when field.Type.IsArray => OfArray(field, kind),
        _ when kind == MessageKind.Response && IsErrorCode(field) => OfErrorCode(scopes, isTopLevel),
        ("int32", "ThrottleTimeMs") when kind == MessageKind.Response => FieldSemantic.ThrottleTimeMs,
        ("int16", "Acks") => FieldSemantic.Acks,
        ("int16", "ApiKey") => FieldSemantic.SupportedApiKey,
        ("int16", "MinVersion") => FieldSemantic.SupportedMinVersion,
        ("int16", "MaxVersion") => FieldSemantic.SupportedMaxVersion,
        ("int32", "PartitionIndex" or "Partition" or "PartitionId" or "Index") => FieldSemantic.PartitionIndex,
        ("int32", "GenerationId") => FieldSemantic.GenerationId,
        ("int32", "MemberEpoch") => FieldSemantic.MemberEpoch,
        ("int32", ReplicaId) when kind == MessageKind.Request && isTopLevel => FieldSemantic.ReplicaId,
        ("int64", "HighWatermark") when kind == MessageKind.Response => FieldSemantic.HighWatermark,
        ("int64", "CommittedOffset") => FieldSemantic.CommittedOffset,
        ("uuid", "TopicId") => FieldSemantic.TopicId,
        ("string", "ClientSoftwareName") => FieldSemantic.ClientSoftwareName,
        ("string", "ClientSoftwareVersion") => FieldSemantic.ClientSoftwareVersion,
        ("string", "Mechanism") => FieldSemantic.SaslMechanism,
        ("string", _) => OfName(field),
        _ => FieldSemantic.None,
    };

    /// <summary>
    /// The number that a tagged field begins with and that may have a meaning: itself, or the replica's id that a structure begins with, which
    /// then means what it does as a field of its own.
    /// </summary>
    /// <returns>Null when the field is not tagged in the version, or begins with something else.</returns>
    public static FieldSpec? NumberOfTag(FieldSpec field, int version)
    {
        if (!field.Versions.Contains(version) || !field.Tagged.Contains(version) || field.Type.IsArray) return null;
        if (field.Type.Name is "int16" or "int32" or "int64") return field;

        // A structure that may be null has a byte before its fields that says so.
        if (field.Type.IsPrimitive || field.Nullable.Contains(version)) return null;
        return field.Fields.FirstOrDefault(one => one.IsInline(version)) is { Name: ReplicaId, Type: { IsArray: false, Name: "int32" } } first ? first : null;
    }

    /// <summary>What a structure describes, from its own fields.</summary>
    /// <param name="fields">Those that stand in it in the version at hand.</param>
    /// <param name="isTopLevel">Whether it is the message itself, which is no scope.</param>
    public static FieldScopes ScopesOf(IEnumerable<FieldSpec> fields, bool isTopLevel)
    {
        if (isTopLevel) return FieldScopes.None;
        var scopes = FieldScopes.None;
        foreach (var field in fields)
        {
            if (field.Type.IsArray) continue;
            scopes |= Of(field, MessageKind.Request, FieldScopes.None, isTopLevel) switch
            {
                FieldSemantic.TopicName or FieldSemantic.TopicId => FieldScopes.Topic,
                FieldSemantic.PartitionIndex => FieldScopes.Partition,
                FieldSemantic.GroupId => FieldScopes.Group,
                _ => FieldScopes.None,
            };
        }

        return scopes;
    }

    /// <summary>What a string or number in an array of such describes.</summary>
    public static FieldScopes ScopesOfElement(FieldSemantic element) => element switch
    {
        FieldSemantic.PartitionIndex => FieldScopes.Partition,
        _ => TextChoice.ScopesOf(element),
    };

    /// <summary>What each string or number of an array of such means.</summary>
    /// <param name="array">The array.</param>
    /// <param name="scopes">What the array's structure describes: numbers of partitions are those of a topic (a task of Kafka Streams has some of its own).</param>
    public static FieldSemantic OfElement(FieldSpec array, FieldScopes scopes) => (array.Type.Name, array.Name) switch
    {
        ("string", _) => OfName(array),
        ("int32", "Partitions" or "PartitionIndexes") when scopes.HasFlag(FieldScopes.Topic) => FieldSemantic.PartitionIndex,
        _ => FieldSemantic.None,
    };

    /// <summary>Members with an error code of their own are what became of a request (LeaveGroup), not all that a group has.</summary>
    private static FieldSemantic OfArray(FieldSpec field, MessageKind kind) =>
        kind == MessageKind.Response && field.Name is "Members" && !field.Fields.Any(IsErrorCode) ? FieldSemantic.MemberCount : FieldSemantic.None;

    private static bool IsErrorCode(FieldSpec field) =>
        field.Type is { IsArray: false, Name: "int16" } && field.Name.EndsWith(ErrorCodeSuffix, StringComparison.Ordinal) && field.Name != UnseenConfigs;

    private static FieldSemantic OfName(FieldSpec field) => field.EntityType switch
    {
        "topicName" => FieldSemantic.TopicName,
        "groupId" => FieldSemantic.GroupId,
        "transactionalId" => FieldSemantic.TransactionalId,
        _ when field.Name is "GroupId" => FieldSemantic.GroupId,
        _ when field.Name is "SubscribedTopicNames" => FieldSemantic.TopicName,
        _ => FieldSemantic.None,
    };

    private static FieldSemantic OfErrorCode(FieldScopes scopes, bool isTopLevel)
    {
        if (isTopLevel) return FieldSemantic.ErrorCode;
        if (scopes.HasFlag(FieldScopes.Partition)) return FieldSemantic.PartitionErrorCode;
        if (scopes.HasFlag(FieldScopes.Topic)) return FieldSemantic.TopicErrorCode;
        return scopes.HasFlag(FieldScopes.Group) ? FieldSemantic.GroupErrorCode : FieldSemantic.ElementErrorCode;
    }
}
