namespace KafkaMesh.Benchmarks.Relay;

/// <summary>A bound on the median of the per-round ratios of a figure.</summary>
/// <param name="Figure">Of what.</param>
/// <param name="Bound">The ratio.</param>
/// <param name="IsUpper">The ratio may be at most the bound; else at least.</param>
/// <param name="Subject">Which relay.</param>
/// <param name="Reference">Against which.</param>
internal sealed record Goal(Figure Figure, double Bound, bool IsUpper, RelayKind Subject, RelayKind Reference)
{
    /// <summary>The sidecar has at most this times HAProxy's.</summary>
    public static Goal AtMost(Figure figure, double bound) => new(figure, bound, true, RelayKind.Sidecar, RelayKind.HAProxy);

    /// <summary>The sidecar has at least this times HAProxy's.</summary>
    public static Goal AtLeast(Figure figure, double bound) => new(figure, bound, false, RelayKind.Sidecar, RelayKind.HAProxy);

    /// <summary>With decoding at most this times the figure without.</summary>
    public static Goal DecodeAtMost(Figure figure, double bound) => new(figure, bound, true, RelayKind.Sidecar, RelayKind.SidecarWithoutDecoding);

    /// <summary>Rounds that a verdict needs.</summary>
    public const int LeastRounds = 9;

    /// <summary>In a word: met or missed, and whether the bound lies within what the rounds themselves differ by.</summary>
    public string Judge(IReadOnlyList<double> ratios)
    {
        if (ratios.Count < LeastRounds)
        {
            return $"none from fewer than {LeastRounds} rounds";
        }

        double median = Statistics.Median(ratios);
        string verdict = (IsUpper ? median <= Bound : median >= Bound) ? "met" : "missed";
        return ratios.Min() < Bound && Bound < ratios.Max() ? $"{verdict}, inside the noise" : verdict;
    }
}
