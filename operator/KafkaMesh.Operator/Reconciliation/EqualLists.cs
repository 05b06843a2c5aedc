namespace KafkaMesh.Operator.Reconciliation;

/// <summary>Lists are equal when their items are, in the same order.</summary>
/// <typeparam name="T">The items.</typeparam>
internal sealed class EqualLists<T> : IEqualityComparer<IReadOnlyList<T>>
{
    /// <inheritdoc/>
    public bool Equals(IReadOnlyList<T>? x, IReadOnlyList<T>? y) => ReferenceEquals(x, y) || (x is not null && y is not null && x.SequenceEqual(y));

    /// <inheritdoc/>
    public int GetHashCode(IReadOnlyList<T> obj)
    {
        var hash = default(HashCode);
        foreach (var item in obj)
            hash.Add(item);
        return hash.ToHashCode();
    }
}
