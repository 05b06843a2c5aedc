using System.Globalization;

namespace KafkaMesh.Playground.Node.Pods;

/// <summary>Reads Kubernetes quantities such as <c>100m</c>, <c>64Mi</c>, <c>1e3</c>.</summary>
internal static class ResourceQuantity
{
    private static readonly (string Suffix, decimal Factor)[] Suffixes = [
        ("Ki", 1L << 10), ("Mi", 1L << 20), ("Gi", 1L << 30), ("Ti", 1L << 40), ("m", 0.001m), ("k", 1e3m), ("M", 1e6m), ("G", 1e9m), ("T", 1e12m)];

    /// <summary>The value in units, or null when the text is no quantity or lies outside the range of a 64-bit number of thousandths.</summary>
    public static decimal? TryParse(string? text)
    {
        if (string.IsNullOrEmpty(text)) return null;
        var (suffix, factor) = Suffixes.Append(("", 1m)).First(s => text.EndsWith(s.Item1, StringComparison.Ordinal));
        return decimal.TryParse(text[..^suffix.Length], NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && Math.Abs(number) < 1e12m ? number * factor : null;
    }
}
