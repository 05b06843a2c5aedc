using System.Buffers;
using System.Globalization;

namespace KafkaMesh.Playground.ApiServer.Schema;

/// <summary>Parses Go durations such as 1h15m30.5s.</summary>
internal static class GoDuration
{
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    /// <summary>Parses <paramref name="text"/>; false when it is no duration or beyond what a <see cref="TimeSpan"/> holds.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        var negative = text.StartsWith('-');
        var rest = text.AsSpan(negative || text.StartsWith('+') ? 1 : 0);
        if (rest.SequenceEqual("0"))
        {
            return true;
        }

        double seconds = 0;
        if (rest.IsEmpty)
        {
            return false;
        }

        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExcept(Digits);
            if (digits <= 0 || !double.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount))
            {
                return false;
            }

            rest = rest[digits..];
            var length = rest.IndexOfAny(Digits);
            var unit = length < 0 ? rest : rest[..length];
            if (UnitSeconds(unit) is not { } factor)
            {
                return false;
            }

            seconds += amount * factor;
            rest = rest[unit.Length..];
        }

        if (seconds > TimeSpan.MaxValue.TotalSeconds / 2)
        {
            return false;
        }

        duration = TimeSpan.FromSeconds(negative ? -seconds : seconds);
        return true;
    }

    private static double? UnitSeconds(ReadOnlySpan<char> unit) => unit switch
    {
        "ns" => 1e-9,
        "us" or "µs" => 1e-6,
        "ms" => 1e-3,
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        _ => null,
    };
}
