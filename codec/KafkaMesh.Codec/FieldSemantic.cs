namespace KafkaMesh.Codec;

/// <summary>
/// What a field means to a metric. The schema tool chooses it by rule from Kafka's field names and entity types, so that a
/// new Kafka release needs no code.
/// </summary>
public enum FieldSemantic : byte
{
    /// <summary>Of no interest: skipped.</summary>
    None,

    /// <summary>How long the broker throttled the client, in milliseconds.</summary>
    ThrottleTimeMs,

    /// <summary>Error code of the whole response; 0 means none.</summary>
    ErrorCode,

    /// <summary>Error code of the current topic; may come before the topic's name (see <see cref="FieldScopes"/>).</summary>
    TopicErrorCode,

    /// <summary>Error code of the current partition; may come before the partition's index.</summary>
    PartitionErrorCode,

    /// <summary>Error code of the current group.</summary>
    GroupErrorCode,

    /// <summary>Error code of any other element: a member, a resource, a broker, a transaction.</summary>
    ElementErrorCode,

    /// <summary>Acknowledgements that Produce asks for: 0 (no response), 1 or -1.</summary>
    Acks,

    /// <summary>Name of a topic, also where it is one of several kinds of resource and the message says which (configurations).</summary>
    TopicName,

    /// <summary>Id of a topic (KIP-516); delivered by <see cref="IBodySink.OnTopicId"/>.</summary>
    TopicId,

    /// <summary>Index of a partition.</summary>
    PartitionIndex,

    /// <summary>Id of a consumer, share or streams group.</summary>
    GroupId,

    /// <summary>Id of a transactional producer.</summary>
    TransactionalId,

    /// <summary>Number of members of a group, as a response lists them; classic groups tell it to their leader only.</summary>
    MemberCount,

    /// <summary>Generation of a classic consumer group.</summary>
    GenerationId,

    /// <summary>Name of the client's library (KIP-511).</summary>
    ClientSoftwareName,

    /// <summary>Version of the client's library (KIP-511).</summary>
    ClientSoftwareVersion,

    /// <summary>An API key that the broker supports; the two versions follow.</summary>
    SupportedApiKey,

    /// <summary>Lowest supported version of the last <see cref="SupportedApiKey"/>.</summary>
    SupportedMinVersion,

    /// <summary>Highest supported version of the last <see cref="SupportedApiKey"/>.</summary>
    SupportedMaxVersion,

    /// <summary>Offset after the last replicated record of the current partition, as its leader tells it in responses.</summary>
    HighWatermark,

    /// <summary>Offset that a group has committed for the current partition.</summary>
    CommittedOffset,

    /// <summary>SASL mechanism that the client asks for.</summary>
    SaslMechanism,

    /// <summary>
    /// Epoch of a member of a consumer, share or streams group (KIP-848, KIP-932, KIP-1071): in a heartbeat 0 joins and a negative one leaves;
    /// the response tells the epoch that the member has reached.
    /// </summary>
    MemberEpoch,

    /// <summary>Id of the broker or controller that asks as a replica; negative for clients. From Fetch 15 on clients leave it out (KIP-903).</summary>
    ReplicaId,
}
