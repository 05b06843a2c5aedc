namespace KafkaMesh.Codec.Tests.Bodies;

/// <summary>Adds up calls without allocating.</summary>
internal struct CountingSink : IBodySink
{
    public long Calls { get; private set; }

    public void OnNumber(FieldSemantic semantic, long value) => Calls++;

    public void OnText(FieldSemantic semantic, scoped ReadOnlySpan<byte> utf8, int length) => Calls++;

    public void OnTopicId(TopicId id) => Calls++;

    public void OnRecordBatch(in RecordBatchSummary batch) => Calls++;

    public void OnRecordsEnd(int sizeInBytes, RecordsEnd end) => Calls++;

    public void OnScopeEnd(FieldScopes scopes) => Calls++;
}
