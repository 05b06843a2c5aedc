namespace KafkaMesh.Fuzz.Targets;

/// <summary>Notes what the body reader tells.</summary>
internal readonly struct TranscriptSink(Transcript transcript) : IBodySink
{
    public void OnNumber(FieldSemantic semantic, long value) => transcript.Say(1000 + (int)semantic, value);

    public void OnText(FieldSemantic semantic, scoped ReadOnlySpan<byte> utf8, int length)
    {
        if (utf8.Length > BodyReader.MaxTextBytes || utf8.Length > length)
            throw new ViolationException($"a text of {utf8.Length} bytes was told for {length}");
        transcript.Say(2000 + (int)semantic, utf8);
        transcript.Say(3000, length);
    }

    public void OnTopicId(TopicId id) => transcript.Say(3001, id.GetHashCode());

    public void OnRecordBatch(in RecordBatchSummary batch)
    {
        if (batch.Records < 0 || batch.SizeInBytes < 0)
            throw new ViolationException($"a batch of {batch.Records} records and {batch.SizeInBytes} bytes was told");
        transcript.Say(3100 + batch.Magic, batch.SizeInBytes);
        transcript.Say(3200 + (int)batch.Compression, batch.Records);
    }

    public void OnRecordsEnd(int sizeInBytes, RecordsEnd end) => transcript.Say(3300 + (int)end, sizeInBytes);

    public void OnScopeEnd(FieldScopes scopes) => transcript.Say(3400 + (int)scopes);
}
