namespace KafkaMesh.Operator.Dashboard.Figures;

/// <summary>Rebalances of groups up to a moment, to tell how many there were since.</summary>
/// <param name="Time">The moment.</param>
/// <param name="Rebalances">Totals by group.</param>
internal sealed record GroupMark(DateTimeOffset Time, IReadOnlyDictionary<string, long> Rebalances);
