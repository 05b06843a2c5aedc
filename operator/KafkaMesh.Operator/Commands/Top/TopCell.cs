using KafkaMesh.Operator.Commands.Clusters;
using KafkaMesh.Operator.Stats;

namespace KafkaMesh.Operator.Commands.Top;

/// <summary>A cell of a view.</summary>
/// <param name="Text">As it is shown.</param>
/// <param name="Number">What it is sorted by; null for text, and for a figure that is not known.</param>
internal readonly record struct TopCell(string Text, double? Number)
{
    /// <summary>Text, which may come from the wire.</summary>
    public static TopCell Of(string? text) => new(string.IsNullOrEmpty(text) ? Figure.Unknown : TableText.Plain(text), null);

    /// <summary>A count or rate.</summary>
    public static TopCell Count(double? value) => new(Figure.Of(value), value);

    /// <summary>A ratio as percent.</summary>
    public static TopCell Percent(double? ratio) => new(Figure.Percent(ratio), ratio);

    /// <summary>A latency.</summary>
    public static TopCell Latency(double? milliseconds) => new(Figure.Latency(milliseconds), milliseconds);

    /// <summary>Throttle time, seconds in each second.</summary>
    public static TopCell Share(double? seconds) => new(seconds is { } known ? SignificantDigits.Duration(known * 1000) : Figure.Unknown, seconds);
}
