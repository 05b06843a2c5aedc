namespace KafkaMesh.Benchmarks.Relay;

/// <summary>The rounds of one row: in each, what every relay did under the same conditions.</summary>
internal sealed class Row(string name, IReadOnlyList<Goal> goals)
{
    private readonly List<Dictionary<(RelayKind Relay, Figure Figure), double>> _rounds = [];

    /// <summary>As printed.</summary>
    public string Name => name;

    /// <summary>What is asked.</summary>
    public IReadOnlyList<Goal> Goals => goals;

    /// <summary>Rounds that count.</summary>
    public int Rounds => _rounds.Count;

    /// <summary>Rounds that others disturbed.</summary>
    public int Discarded { get; set; }

    /// <summary>Adds a round.</summary>
    public void Add(Dictionary<(RelayKind Relay, Figure Figure), double> round) => _rounds.Add(round);

    /// <summary>Median over the rounds; null when the relay has no such figure.</summary>
    public double? Median(RelayKind relay, Figure figure) =>
        _rounds.Count > 0 && _rounds.TrueForAll(round => round.ContainsKey((relay, figure))) ? Statistics.Median(_rounds.Select(round => round[(relay, figure)])) : null;

    /// <summary>Per round: one relay's figure as ratio to another's.</summary>
    public IReadOnlyList<double> Ratios(Figure figure, RelayKind subject, RelayKind reference) =>
        [.. _rounds.Select(round => round[(subject, figure)] / round[(reference, figure)])];
}
