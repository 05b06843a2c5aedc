using System.Globalization;

namespace KafkaMesh.Playground.ApiServer.Schema;

/// <summary>Resource quantities such as 100m, 1Gi or 2e3 (Kubernetes' resource.Quantity).</summary>
internal static class Quantity
{
    /// <summary>The amount in base units; null when the text is no quantity.</summary>
    public static decimal? Parse(string text)
    {
        var digits = 0;
        while (digits < text.Length && (char.IsAsciiDigit(text[digits]) || text[digits] is '.' || (digits == 0 && text[digits] is '+' or '-')))
        {
            digits++;
        }

        if (digits is 0 or > 28 || !decimal.TryParse(text.AsSpan(0, digits), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            || Factor(text[digits..]) is not { } factor)
        {
            return null;
        }

        try
        {
            return number * factor;
        }
        catch (OverflowException)
        {
            return decimal.MaxValue;
        }
    }

    private static decimal? Factor(string suffix) => suffix switch
    {
        "" => 1m,
        "n" => 1e-9m,
        "u" => 1e-6m,
        "m" => 1e-3m,
        "k" => 1e3m,
        "M" => 1e6m,
        "G" => 1e9m,
        "T" => 1e12m,
        "P" => 1e15m,
        "E" => 1e18m,
        "Ki" => 1024m,
        "Mi" => 1048576m,
        "Gi" => 1073741824m,
        "Ti" => 1099511627776m,
        "Pi" => 1125899906842624m,
        "Ei" => 1152921504606846976m,
        _ => Exponent(suffix),
    };

    private static decimal? Exponent(string suffix)
        => suffix[0] is 'e' or 'E' && int.TryParse(suffix.AsSpan(1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var power) && Math.Abs(power) <= 18
            ? (decimal)Math.Pow(10, power)
            : null;
}
