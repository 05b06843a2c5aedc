using System.Buffers.Binary;
using System.Buffers.Text;
using KafkaMesh.Codec;
using KafkaMesh.Proxy.Metrics;
using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Sessions;

/// <summary>Gathers what metrics want to know from one body at a time; part of what a flow is lent while a frame is open.</summary>
internal sealed class BodySummary
{
    private const short ProduceKey = 0;
    private const short FetchKey = 1;
    private const short MetadataKey = 3;
    private const short LeaderAndIsrKey = 4;
    private const short UpdateMetadataKey = 6;
    private const short JoinGroupKey = 11;
    private const short LeaveGroupKey = 13;
    private const short CreateTopicsKey = 19;
    private const short DescribeTopicPartitionsKey = 75;
    private const short ConsumerGroupHeartbeatKey = 68;
    private const short ShareGroupHeartbeatKey = 76;
    private const short ShareFetchKey = 78;
    private const short StreamsGroupHeartbeatKey = 88;
    private const int IdTextBytes = 22; // 16 bytes in base64 without padding.

    private LoopMetrics _metrics = null!; // Set by Start, before anything is gathered.
    private RelayDirection _direction;
    private ApiMetrics? _cells;
    private bool _isProduce;
    private bool _isFetch;
    private bool _carriesRecords;
    private bool _learnsTopics;
    private bool _changesGroup;
    private TopicApi _topicApi;
    private NamedSeries? _topic;
    private NamedSeries? _lastTopic; // Of whichever connection: most bodies name the topic that the one before named.
    private long _records;
    private byte[]? _topicName;
    private int _topicNameLength;
    private TopicId _topicId;
    private ErrorList _errors;
    private TopicNames? _topics;
    private bool _gathersTopics;
    private bool _isNamed; // Whether the current topic's name stands in the body.

    /// <summary>Whether a Produce request asked for no response.</summary>
    public bool WantsNoResponse { get; private set; }

    /// <summary>
    /// Whether a Fetch request came from a follower: Kafka takes every replica id of 0 and above for one, −1 for a consumer, −2 for a debugging consumer.
    /// </summary>
    public bool IsFollower { get; private set; }

    /// <summary>Throttle time of a response.</summary>
    public long ThrottleMilliseconds { get; private set; }

    /// <summary>Whether a response had an error code other than 0.</summary>
    public bool HasError => _errors.Count > 0;

    /// <summary>The error codes of a response.</summary>
    public ref readonly ErrorList Errors => ref _errors;

    /// <summary>Bytes of all record fields.</summary>
    public long RecordBytes { get; private set; }

    /// <summary>Whether the API is one whose empty responses are long polls.</summary>
    public bool IsLongPoll { get; private set; }

    /// <summary>Series of the group that JoinGroup, LeaveGroup or a heartbeat with an epoch named; null for none.</summary>
    public NamedSeries? Group { get; private set; }

    /// <summary>Generation of a JoinGroup response; −1 for none.</summary>
    public int Generation { get; private set; }

    /// <summary>Epoch of a heartbeat of the newer group protocols: in a request the member's, in a response the one it has reached; −1 for none.</summary>
    public int MemberEpoch { get; private set; }

    /// <summary>Members in a JoinGroup response: 0 for all but the leader.</summary>
    public int Members { get; private set; }

    /// <summary>Software that ApiVersions named last on this connection; null when it named none.</summary>
    public byte[]? Software { get; set; }

    /// <summary>Version of that software; null when it named none.</summary>
    public byte[]? SoftwareVersion { get; set; }

    /// <summary>The topics that the body names; null when nobody wanted them as it began.</summary>
    public TopicNames? Topics => _gathersTopics ? _topics : null;

    /// <summary>Makes ready for a body.</summary>
    /// <param name="metrics">Counters of the loop.</param>
    /// <param name="direction">Seen from the pod.</param>
    /// <param name="apiKey">API key.</param>
    /// <param name="kind">Request or response.</param>
    /// <param name="cells">Where a response's errors are counted.</param>
    /// <param name="gathersTopics">Somebody wants to know the topics that it names.</param>
    public void Start(LoopMetrics metrics, RelayDirection direction, short apiKey, MessageKind kind, ApiMetrics? cells, bool gathersTopics)
    {
        if (_metrics != metrics)
            _lastTopic = null; // Series are those of a table.
        _metrics = metrics;
        _direction = direction;
        _gathersTopics = gathersTopics;
        if (gathersTopics)
            (_topics ??= new TopicNames()).Clear();
        _cells = cells;
        var isResponse = kind == MessageKind.Response;
        _isProduce = apiKey == ProduceKey && !isResponse;
        _isFetch = apiKey == FetchKey && !isResponse;
        IsLongPoll = apiKey is FetchKey or ShareFetchKey && isResponse;
        _carriesRecords = _isProduce || IsLongPoll;
        _topicApi = apiKey switch { ProduceKey => TopicApi.Produce, FetchKey => TopicApi.Fetch, _ => TopicApi.ShareFetch };
        // Brokers hear of topics in requests, until KRaft (KIP-516).
        _learnsTopics = isResponse ? apiKey is MetadataKey or CreateTopicsKey or DescribeTopicPartitionsKey : apiKey is LeaderAndIsrKey or UpdateMetadataKey;
        _changesGroup = apiKey is JoinGroupKey or LeaveGroupKey or ConsumerGroupHeartbeatKey or ShareGroupHeartbeatKey or StreamsGroupHeartbeatKey;
        _topic = null;
        _records = 0;
        _topicNameLength = 0;
        _topicId = default;
        _isNamed = false;
        _errors = default;
        WantsNoResponse = false;
        IsFollower = false;
        ThrottleMilliseconds = 0;
        RecordBytes = 0;
        Group = null;
        Generation = -1;
        MemberEpoch = -1;
        Members = 0;
    }

    /// <summary>The response just started answers a follower: its records are replicated, and not consumed.</summary>
    public void AnswersFollower() => _topicApi = TopicApi.FetchFollower;

    /// <summary>A number of the body.</summary>
    public void OnNumber(FieldSemantic semantic, long value)
    {
        switch (semantic)
        {
            case FieldSemantic.ErrorCode or FieldSemantic.TopicErrorCode or FieldSemantic.PartitionErrorCode
                or FieldSemantic.GroupErrorCode or FieldSemantic.ElementErrorCode:
                if (value != 0)
                    AddError((short)value);
                break;
            case FieldSemantic.ThrottleTimeMs:
                ThrottleMilliseconds = Math.Max(value, 0);
                break;
            case FieldSemantic.Acks:
                WantsNoResponse = _isProduce && value == 0;
                break;
            case FieldSemantic.ReplicaId:
                IsFollower = _isFetch && value >= 0;
                break;
            case FieldSemantic.GenerationId:
                Generation = (int)value;
                break;
            case FieldSemantic.MemberEpoch:
                MemberEpoch = (int)value;
                break;
            case FieldSemantic.MemberCount:
                Members = (int)value;
                break;
        }
    }

    /// <summary>A text of the body.</summary>
    public void OnText(FieldSemantic semantic, ReadOnlySpan<byte> utf8)
    {
        if (_gathersTopics && semantic == FieldSemantic.TopicName)
        {
            _topics!.Add(utf8);
            _isNamed = true;
        }

        switch (semantic)
        {
            case FieldSemantic.TopicName when _carriesRecords:
                SetTopic(utf8);
                break;
            case FieldSemantic.TopicName when _learnsTopics:
                KeepTopicName(utf8);
                break;
            case FieldSemantic.GroupId when _changesGroup && _metrics.Series.Limits.Groups > 0:
                Group = _metrics.Series.Groups.Get(utf8);
                break;
            case FieldSemantic.GroupId:
                _metrics.Series.Groups.Touch(utf8);
                break;
            case FieldSemantic.ClientSoftwareName:
                Software = Keep(Software, utf8);
                break;
            case FieldSemantic.ClientSoftwareVersion:
                SoftwareVersion = Keep(SoftwareVersion, utf8);
                break;
        }
    }

    /// <summary>The id of the current topic.</summary>
    public void OnTopicId(TopicId id)
    {
        _topicId = id;
        if (!_carriesRecords || id.IsZero)
            return;
        Span<byte> text = stackalloc byte[IdTextBytes];
        SetTopic(NameOf(id, text));
    }

    /// <summary>A record batch of the current partition.</summary>
    public void OnRecordBatch(in RecordBatchSummary batch)
    {
        if (!batch.IsControl)
            _records += batch.Records;
    }

    /// <summary>The records of the current partition have ended.</summary>
    public void OnRecordsEnd(int sizeInBytes)
    {
        RecordBytes += sizeInBytes;
        if (_carriesRecords && sizeInBytes > 0)
            _metrics.CountRecords(_direction, _topicApi, _topic ?? _metrics.Series.Topics.Other, _records, sizeInBytes);
        _records = 0;
    }

    /// <summary>A topic, partition or group has ended.</summary>
    public void OnScopeEnd(FieldScopes scopes)
    {
        if ((scopes & FieldScopes.Topic) == FieldScopes.None)
            return;
        if (_learnsTopics && _topicNameLength > 0 && !_metrics.Series.TopicIds.Learn(_topicId, _topicName.AsSpan(0, _topicNameLength)))
            _metrics.CountDropped(SeriesMetric.TopicIds);

        // Not before: its name may stand behind the id.
        if (_gathersTopics && !_isNamed && !_topicId.IsZero)
        {
            Span<byte> text = stackalloc byte[IdTextBytes];
            _topics!.Add(NameOf(_topicId, text));
        }

        _topicNameLength = 0;
        _topicId = default;
        _topic = null;
        _isNamed = false;
    }

    /// <summary>The name that an id is known by, or the id as Kafka's tools print it.</summary>
    /// <param name="id">Not the zero id.</param>
    /// <param name="text">Room for it: <see cref="IdTextBytes"/> bytes.</param>
    private ReadOnlySpan<byte> NameOf(TopicId id, Span<byte> text)
    {
        if (_metrics.Series.TopicIds.TryGetName(id, out var name))
            return name;
        Span<byte> bytes = stackalloc byte[TopicId.SizeInBytes];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, id.High);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], id.Low);
        Base64Url.EncodeToUtf8(bytes, text, out _, out var written);
        return text[..written];
    }

    private void SetTopic(ReadOnlySpan<byte> utf8) => _topic = _lastTopic = _metrics.Series.Topics.Get(utf8, _lastTopic);

    private void AddError(short code)
    {
        _errors.Add(code);
        _cells?.CountError(code);
    }

    private static byte[] Keep(byte[]? known, ReadOnlySpan<byte> utf8) => known is not null && utf8.SequenceEqual(known) ? known : utf8.ToArray();

    // Made once per connection that lists topics, kept for its next response.
    private void KeepTopicName(ReadOnlySpan<byte> utf8)
    {
        _topicName ??= new byte[BodyReader.MaxTextBytes];
        utf8.CopyTo(_topicName);
        _topicNameLength = utf8.Length;
    }
}
