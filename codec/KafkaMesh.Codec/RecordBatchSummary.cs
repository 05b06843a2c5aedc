using System.Runtime.InteropServices;

namespace KafkaMesh.Codec;

/// <summary>
/// The facts that a batch's header tells without decompression. For magic 0 and 1 one summary stands for one outer message,
/// which hides its inner messages when it is compressed.
/// </summary>
/// <param name="BaseOffset">Offset of the first record; 0 from producers.</param>
/// <param name="SizeInBytes">Size of the batch with its 12-byte prefix.</param>
/// <param name="Records">Records in it as its header says; 1 for magic 0 and 1; never below zero.</param>
/// <param name="Magic">Format: 0, 1 or 2.</param>
/// <param name="Attributes">The attributes as received.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct RecordBatchSummary(long BaseOffset, int SizeInBytes, int Records, byte Magic, short Attributes)
{
    private const int CompressionMask = 0x07;
    private const int LogAppendTimeFlag = 0x08;
    private const int TransactionalFlag = 0x10;
    private const int ControlFlag = 0x20;

    /// <summary>How its records are compressed; values 5-7 are not assigned by Kafka.</summary>
    public CompressionType Compression => (CompressionType)(Attributes & CompressionMask);

    /// <summary>Whether its records have the time at which the broker appended them, not their own (KIP-32; not in magic 0).</summary>
    public bool HasLogAppendTime => Magic >= 1 && (Attributes & LogAppendTimeFlag) != 0;

    /// <summary>Whether it belongs to a transaction (magic 2 only).</summary>
    public bool IsTransactional => Magic >= 2 && (Attributes & TransactionalFlag) != 0;

    /// <summary>Whether it is a control batch: a transaction's marker, not an application's records.</summary>
    public bool IsControl => Magic >= 2 && (Attributes & ControlFlag) != 0;

    /// <summary>Whether <see cref="Records"/> is a lower bound: a compressed message set of magic 0 or 1.</summary>
    public bool HidesRecords => Magic < 2 && Compression != CompressionType.None;
}
