namespace KafkaMesh.Operator.Reconciliation;

/// <summary>Labels or annotations are equal when they say the same, in any order.</summary>
internal sealed class EqualTexts : IEqualityComparer<IReadOnlyDictionary<string, string>>
{
    /// <inheritdoc/>
    public bool Equals(IReadOnlyDictionary<string, string>? x, IReadOnlyDictionary<string, string>? y) =>
        ReferenceEquals(x, y) || (x is not null && y is not null && x.Count == y.Count && x.All(pair => y.TryGetValue(pair.Key, out var other) && other == pair.Value));

    /// <inheritdoc/>
    public int GetHashCode(IReadOnlyDictionary<string, string> obj)
    {
        var hash = obj.Count;
        foreach (var (key, value) in obj)
            hash ^= HashCode.Combine(key, value);
        return hash;
    }
}
