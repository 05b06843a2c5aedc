namespace KafkaMesh.Codec;

/// <summary>
/// Receives what <see cref="BodyReader"/> finds, in wire order. Implemented by a struct so that the calls are resolved at
/// compile time. Spans are valid during the call only. Null values are not reported.
/// </summary>
public interface IBodySink
{
    /// <summary>A number: a code, an index, a count, an offset, milliseconds.</summary>
    /// <param name="semantic">What it means.</param>
    /// <param name="value">Its value; 0 for "no error" is reported too.</param>
    void OnNumber(FieldSemantic semantic, long value);

    /// <summary>A string. UTF-8 as received, not validated.</summary>
    /// <param name="semantic">What it means.</param>
    /// <param name="utf8">Its first <see cref="BodyReader.MaxTextBytes"/> bytes at most.</param>
    /// <param name="length">Its full length in bytes.</param>
    void OnText(FieldSemantic semantic, scoped ReadOnlySpan<byte> utf8, int length);

    /// <summary>The id of the current topic; the zero id means none.</summary>
    void OnTopicId(TopicId id);

    /// <summary>One record batch, or one message of the formats before it, of the current partition.</summary>
    void OnRecordBatch(in RecordBatchSummary batch);

    /// <summary>The end of a records field. Also called when the field is null or empty.</summary>
    /// <param name="sizeInBytes">Size of the whole field.</param>
    /// <param name="end">Whether its last batch was complete.</param>
    void OnRecordsEnd(int sizeInBytes, RecordsEnd end);

    /// <summary>A structure that describes a topic, partition or group has ended, or one element of a list that names such.</summary>
    void OnScopeEnd(FieldScopes scopes);
}
