namespace KafkaMesh.Codec;

/// <content>What the written-out programs share. All of it is checked C#: one slice checks the bounds of a run of fields.</content>
public partial struct BodyReader
{
    /// <summary>Highest length that a compact length says in one byte.</summary>
    private const int MaxOneByteLength = 126;

    /// <summary>Sums up record batches that the piece holds whole.</summary>
    /// <param name="records">The records field.</param>
    /// <param name="sink">Told the batches and the end.</param>
    private static void SumUpRecords<TSink>(scoped ReadOnlySpan<byte> records, ref TSink sink)
        where TSink : struct, IBodySink, allows ref struct
    {
        var size = records.Length;
        var end = RecordsEnd.Complete;
        while (!records.IsEmpty)
        {
            if (RecordBatchHeader.IsWholeCurrent(records, out var length))
            {
                sink.OnRecordBatch(RecordBatchHeader.ReadCurrent(records, length));
                records = records[length..];
                continue;
            }

            var found = RecordBatchHeader.TryRead(records, records.Length, out var batch);
            if (found != RecordBatchHeader.Found.Batch)
            {
                end = found == RecordBatchHeader.Found.Partial ? RecordsEnd.PartialBatch : RecordsEnd.Corrupt;
                break;
            }

            sink.OnRecordBatch(batch);
            records = records[batch.SizeInBytes..];
        }

        sink.OnRecordsEnd(size, end);
    }
}
