using KafkaMesh.Operator.Stats;

namespace KafkaMesh.Operator.Commands.Clusters;

/// <summary>Figures in tables: three significant digits, and a dash for what is not known, which is not 0.</summary>
internal static class Figure
{
    /// <summary>What stands for a figure that is not known.</summary>
    public const string Unknown = "-";

    /// <summary>A count or rate.</summary>
    public static string Of(double? value) => value is { } known ? SignificantDigits.Short(known) : Unknown;

    /// <summary>A ratio as percent.</summary>
    public static string Percent(double? ratio) => ratio is { } known ? SignificantDigits.Short(known * 100) : Unknown;

    /// <summary>A latency.</summary>
    public static string Latency(double? milliseconds) => milliseconds is { } known ? SignificantDigits.Duration(known) : Unknown;
}
