using KafkaMesh.Codec;

namespace KafkaMesh.Proxy.Sessions;

/// <summary>Takes what the codec finds and keeps nothing: for checking whether bytes are a body at all.</summary>
internal readonly struct NullSink : IBodySink
{
    /// <inheritdoc/>
    public void OnNumber(FieldSemantic semantic, long value)
    {
    }

    /// <inheritdoc/>
    public void OnText(FieldSemantic semantic, scoped ReadOnlySpan<byte> utf8, int length)
    {
    }

    /// <inheritdoc/>
    public void OnTopicId(TopicId id)
    {
    }

    /// <inheritdoc/>
    public void OnRecordBatch(in RecordBatchSummary batch)
    {
    }

    /// <inheritdoc/>
    public void OnRecordsEnd(int sizeInBytes, RecordsEnd end)
    {
    }

    /// <inheritdoc/>
    public void OnScopeEnd(FieldScopes scopes)
    {
    }
}
