using System.Text;

namespace KafkaMesh.Codec.Tests.Definitions;

/// <summary>Does what <see cref="FieldScopes"/> promises a sink that it can do: it says of each error which topic, partition and group it concerns.</summary>
internal struct PlacingSink(List<string> told, List<PlacingSink.Error> errors) : IBodySink
{
    private string? _topic;
    private string? _topicId;
    private string? _group;
    private long? _partition;

    public void OnNumber(FieldSemantic semantic, long value)
    {
        var isError = semantic is >= FieldSemantic.ErrorCode and <= FieldSemantic.ElementErrorCode;
        told.Add(isError ? $"Error {value}" : $"{semantic} {value}");
        if (isError) errors.Add(new Error(semantic, value));
        if (semantic == FieldSemantic.PartitionIndex) _partition = value;
    }

    public void OnText(FieldSemantic semantic, scoped ReadOnlySpan<byte> utf8, int length)
    {
        var text = Encoding.ASCII.GetString(utf8);
        told.Add($"{semantic} {length} '{text}'");
        if (semantic == FieldSemantic.TopicName) _topic = text;
        if (semantic == FieldSemantic.GroupId) _group = text;
    }

    public void OnTopicId(TopicId id)
    {
        told.Add($"TopicId {id}");
        _topicId = $"{id}";
    }

    public readonly void OnRecordBatch(in RecordBatchSummary batch) => told.Add(
        $"Batch offset={batch.BaseOffset} size={batch.SizeInBytes} records={batch.Records} magic={batch.Magic} {batch.Compression.ToString().ToLowerInvariant()} transactional={batch.IsTransactional} control={batch.IsControl}");

    public readonly void OnRecordsEnd(int sizeInBytes, RecordsEnd end) => told.Add($"Records {sizeInBytes} {end}");

    public void OnScopeEnd(FieldScopes scopes)
    {
        if (scopes.HasFlag(FieldScopes.Partition))
        {
            foreach (var error in errors.Where(error => error is { Level: FieldSemantic.PartitionErrorCode, Partition: null })) error.Partition = _partition;
            _partition = null;
        }

        if (scopes.HasFlag(FieldScopes.Topic))
        {
            foreach (var error in errors.Where(error => error is { Level: FieldSemantic.PartitionErrorCode or FieldSemantic.TopicErrorCode, HasTopic: false }))
                (error.HasTopic, error.Topic, error.TopicId) = (true, _topic, _topicId);
            _topic = _topicId = null;
        }

        if (!scopes.HasFlag(FieldScopes.Group)) return;
        foreach (var error in errors.Where(error => error is { Level: not (FieldSemantic.ErrorCode or FieldSemantic.ElementErrorCode), Group: null })) error.Group = _group;
        _group = null;
    }

    /// <summary>One error code and where it was found to belong.</summary>
    internal sealed class Error(FieldSemantic level, long code)
    {
        public FieldSemantic Level => level;

        public bool HasTopic { get; set; }

        public string? Topic { get; set; }

        public string? TopicId { get; set; }

        public long? Partition { get; set; }

        public string? Group { get; set; }

        public override string ToString() => $"{code} topic={Topic}/{TopicId} partition={Partition} group={Group}";
    }
}
