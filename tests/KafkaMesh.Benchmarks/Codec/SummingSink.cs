namespace KafkaMesh.Benchmarks.Codec;

/// <summary>Uses every argument of every call at the least cost, so that neither decoder's work can be left out.</summary>
internal struct SummingSink : IBodySink
{
    public long Sum { get; private set; }

    public void OnNumber(FieldSemantic semantic, long value) => Sum += value + (int)semantic;

    public void OnText(FieldSemantic semantic, scoped ReadOnlySpan<byte> utf8, int length) => Sum += utf8.Length + length + (int)semantic;

    public void OnTopicId(TopicId id) => Sum += (long)(id.High ^ id.Low);

    public void OnRecordBatch(in RecordBatchSummary batch) =>
        Sum += batch.BaseOffset + batch.SizeInBytes + batch.Records + batch.Magic + batch.Attributes;

    public void OnRecordsEnd(int sizeInBytes, RecordsEnd end) => Sum += sizeInBytes + (int)end;

    public void OnScopeEnd(FieldScopes scopes) => Sum += (int)scopes;
}
