using System.Text;

namespace KafkaMesh.Codec.Tests.Bodies;

/// <summary>Writes down every call as one line.</summary>
internal readonly struct RecordingSink(List<string> events) : IBodySink
{
    public void OnNumber(FieldSemantic semantic, long value) => events.Add($"{semantic} {value}");

    public void OnText(FieldSemantic semantic, scoped ReadOnlySpan<byte> utf8, int length) => events.Add($"{semantic} {length} '{Encoding.Latin1.GetString(utf8)}'");

    public void OnTopicId(TopicId id) => events.Add($"TopicId {id}");

    public void OnRecordBatch(in RecordBatchSummary batch) =>
        events.Add($"Batch offset={batch.BaseOffset} size={batch.SizeInBytes} records={batch.Records} magic={batch.Magic} {batch.Compression} attributes={batch.Attributes}");

    public void OnRecordsEnd(int sizeInBytes, RecordsEnd end) => events.Add($"Records {sizeInBytes} {end}");

    public void OnScopeEnd(FieldScopes scopes) => events.Add($"End {scopes}");
}
