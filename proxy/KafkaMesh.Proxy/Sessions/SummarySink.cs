using KafkaMesh.Codec;

namespace KafkaMesh.Proxy.Sessions;

/// <summary>Hands what the codec finds to a <see cref="BodySummary"/>; a struct so that the calls are resolved at compile time.</summary>
internal readonly struct SummarySink(BodySummary summary) : IBodySink
{
    /// <inheritdoc/>
    public void OnNumber(FieldSemantic semantic, long value) => summary.OnNumber(semantic, value);

    /// <inheritdoc/>
    public void OnText(FieldSemantic semantic, ReadOnlySpan<byte> utf8, int length) => summary.OnText(semantic, utf8);

    /// <inheritdoc/>
    public void OnTopicId(TopicId id) => summary.OnTopicId(id);

    /// <inheritdoc/>
    public void OnRecordBatch(in RecordBatchSummary batch) => summary.OnRecordBatch(batch);

    /// <inheritdoc/>
    public void OnRecordsEnd(int sizeInBytes, RecordsEnd end) => summary.OnRecordsEnd(sizeInBytes);

    /// <inheritdoc/>
    public void OnScopeEnd(FieldScopes scopes) => summary.OnScopeEnd(scopes);
}
