using KafkaMesh.Codec;
using KafkaMesh.Contracts;

namespace KafkaMesh.Proxy.Metrics;

/// <summary>Places of error codes in the error cells of <see cref="ApiMetrics"/>.</summary>
internal static class ErrorCells
{
    /// <summary>Code that stands for all codes beyond the limit; no real code has this value on the wire (it is outside int16).</summary>
    public const int OtherCode = int.MaxValue;

    /// <summary>Cell of all codes without one of their own.</summary>
    public const int OtherCell = 256;

    private const int FirstCode = -1;

    /// <summary>Number of cells: codes −1 to 254 (Kafka's highest is 133) and one for all others.</summary>
    public static int Count => OtherCell + 1;

    /// <summary>Cell of a code.</summary>
    public static int CellOf(int code) => code is >= FirstCode and < OtherCell + FirstCode ? code - FirstCode : OtherCell;

    /// <summary>Code of a cell.</summary>
    public static int CodeOf(int cell) => cell == OtherCell ? OtherCode : cell + FirstCode;

    /// <summary>Kafka's name of a cell's code, <c>error_N</c>, or <c>__other__</c>.</summary>
    public static string NameOf(int cell) => cell == OtherCell ? WellKnownNames.OtherLabel : NameOfCode((short)CodeOf(cell));

    /// <summary>Kafka's name of a code, or <c>error_N</c>.</summary>
    public static string NameOfCode(short code) => ErrorName.TryGet(code, out var name) ? name : $"error_{code}";
}
