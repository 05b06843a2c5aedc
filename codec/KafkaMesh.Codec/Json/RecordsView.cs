using System.Text.Json;

namespace KafkaMesh.Codec;

/// <summary>Writes the batches of a records field as their headers sum them up, without decompression.</summary>
internal static class RecordsView
{
    /// <summary>Name of the bytes.</summary>
    public const string Data = "data";

    /// <summary>Whether the view of a records field has a property of this name.</summary>
    public static bool IsName(string name) => name is "sizeInBytes" or "batches" or "end" or "content" or "contentError" or Data;

    /// <summary>Writes <c>batches</c>, and <c>end</c> when the last one is cut or corrupt.</summary>
    public static void Write(ReadOnlySpan<byte> records, Utf8JsonWriter json)
    {
        json.WriteStartArray("batches"u8);
        var found = RecordBatchHeader.Found.Batch;
        while (!records.IsEmpty)
        {
            found = RecordBatchHeader.TryRead(records, records.Length, out var batch);
            if (found != RecordBatchHeader.Found.Batch) break;
            Write(batch, json);
            records = records[batch.SizeInBytes..];
        }

        json.WriteEndArray();
        if (found != RecordBatchHeader.Found.Batch) json.WriteString("end"u8, found == RecordBatchHeader.Found.Corrupt ? "corrupt"u8 : "partialBatch"u8);
    }

    private static void Write(in RecordBatchSummary batch, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("baseOffset"u8, batch.BaseOffset);
        json.WriteNumber("sizeInBytes"u8, batch.SizeInBytes);
        json.WriteNumber("records"u8, batch.Records);
        json.WriteNumber("magic"u8, batch.Magic);
        json.WriteString("compression"u8, batch.Compression switch
        {
            CompressionType.None => "none"u8,
            CompressionType.Gzip => "gzip"u8,
            CompressionType.Snappy => "snappy"u8,
            CompressionType.Lz4 => "lz4"u8,
            CompressionType.Zstd => "zstd"u8,
            _ => "unknown"u8,
        });
        json.WriteBoolean("transactional"u8, batch.IsTransactional);
        json.WriteBoolean("control"u8, batch.IsControl);
        json.WriteEndObject();
    }
}
