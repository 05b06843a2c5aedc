namespace KafkaMesh.Operator.Reconciliation;

/// <summary>
/// Makes one object of equal ones: thousands of pods have the same labels and states. Bounded: a new object takes the place of another. Safe for
/// concurrent use. What is shared must not change.
/// </summary>
/// <typeparam name="T">What is shared.</typeparam>
/// <param name="comparer">When two are equal.</param>
internal sealed class EqualObjects<T>(IEqualityComparer<T> comparer)
    where T : class
{
    private readonly T?[] _slots = new T?[1024];

    /// <summary>The object, or one that is equal.</summary>
    public T Share(T value)
    {
        ref var slot = ref _slots[comparer.GetHashCode(value) & (_slots.Length - 1)];
        if (slot is { } known && comparer.Equals(known, value))
            return known;
        return slot = value;
    }
}
