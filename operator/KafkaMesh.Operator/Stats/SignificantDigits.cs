using System.Globalization;

namespace KafkaMesh.Operator.Stats;

/// <summary>Figures with three significant digits: more would change, and be written, at every collection.</summary>
internal static class SignificantDigits
{
    /// <summary>Rounds to three significant digits.</summary>
    public static double Round(double value)
    {
        if (value == 0 || !double.IsFinite(value))
            return 0;
        var scale = Math.Pow(10, 2 - (int)Math.Floor(Math.Log10(Math.Abs(value))));
        return scale > 1 ? Math.Round(value * scale) / scale : Math.Round(value / (1 / scale)) * (1 / scale);
    }

    /// <summary>With a decimal suffix: <c>0.25</c>, <c>998</c>, <c>1.23k</c>, <c>45M</c>.</summary>
    public static string Short(double value)
    {
        var rounded = Round(value);
        foreach (var (limit, suffix) in (ReadOnlySpan<(double, string)>)[(1e9, "G"), (1e6, "M"), (1e3, "k")])
        {
            if (Math.Abs(rounded) >= limit)
                return Text(Round(rounded / limit)) + suffix;
        }
        return Text(rounded);
    }

    /// <summary>A duration with unit: <c>850us</c>, <c>12ms</c>, <c>1.5s</c>.</summary>
    /// <param name="milliseconds">The duration.</param>
    public static string Duration(double milliseconds)
    {
        if (milliseconds >= 1000)
            return Text(Round(milliseconds / 1000)) + "s";
        return milliseconds >= 1 ? Text(Round(milliseconds)) + "ms" : Text(Round(milliseconds * 1000)) + "us";
    }

    /// <summary>At most ten decimals without exponent or trailing zeros.</summary>
    private static string Text(double value) => value.ToString("0.##########", CultureInfo.InvariantCulture);
}
