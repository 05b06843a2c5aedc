using System.Buffers;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace KafkaMesh.Operator.Admission.Pods;

/// <summary>Values of Kubernetes quantities (apimachinery's resource.Quantity), for comparison.</summary>
internal static partial class QuantityValue
{
    private const string BinaryPrefixes = "KMGTPE";
    private static readonly SearchValues<char> s_number = SearchValues.Create("+-.0123456789");

    /// <summary>The value of <c>100m</c>, <c>"64Mi"</c>, <c>1e3</c> or a number; null when it is no quantity or beyond what a pod can ask for.</summary>
    public static decimal? Of(JsonNode? node) => node is JsonValue ? Of(node.ToString()) : null;

    /// <summary>The value of a quantity's text; null when it is none.</summary>
    public static decimal? Of(string text)
    {
        if (!Pattern().IsMatch(text))
            return null;
        var suffix = text.AsSpan().IndexOfAnyExcept(s_number);
        var end = suffix < 0 ? text.Length : suffix;
        if (!decimal.TryParse(text.AsSpan(0, end), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            return null;
        try
        {
            return number * Factor(text.AsSpan(end));
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    private static decimal Factor(ReadOnlySpan<char> suffix)
    {
        if (suffix.Length == 0)
            return 1;
        if (suffix.Length > 1 && suffix[^1] == 'i')
            return 1m * (1L << (10 * (BinaryPrefixes.IndexOf(suffix[0], StringComparison.Ordinal) + 1)));
        var exponent = suffix switch
        {
            "n" => -9,
            "u" => -6,
            "m" => -3,
            "k" => 3,
            "M" => 6,
            "G" => 9,
            "T" => 12,
            "P" => 15,
            "E" => 18,
            _ => int.Parse(suffix[1..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture),
        };
        var factor = 1m;
        for (var i = 0; i < Math.Min(Math.Abs(exponent), 28); i++)
            factor = exponent < 0 ? factor / 10 : factor * 10;
        return factor;
    }

    [GeneratedRegex(@"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]{1,3}|[numkMGTPE]|[KMGTPE]i)?\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Pattern();
}
