namespace KafkaMesh.Operator.Admission;

/// <summary>What a namespace demands of one resource of every container, or of every pod as a whole.</summary>
/// <param name="Min">Least request and limit; null: any.</param>
/// <param name="Max">Greatest request and limit; null: any.</param>
/// <param name="Default">Limit of a container that names none; null: none. Pods have none.</param>
/// <param name="Ratio">Greatest limit per request; null: any.</param>
internal sealed record RangeBounds(LimitedAmount? Min, LimitedAmount? Max, LimitedAmount? Default, decimal? Ratio);
