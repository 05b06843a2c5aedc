namespace KafkaMesh.Operator.Dashboard.Figures;

/// <summary>Rebalances of groups up to a moment, to tell how many there were since.</summary>
/// <param name="Time">The moment.</param>
/// <param name="Rebalances">Totals by group.</param>
/// <param name="IsComplete">There were no other groups; false when there was no room for those that had fewest.</param>
internal sealed record GroupMark(DateTimeOffset Time, IReadOnlyDictionary<string, long> Rebalances, bool IsComplete);
