namespace KafkaMesh.Operator.Stats;

/// <summary>Addition that ends at the largest number instead of turning negative, should many sidecars lie about large counts.</summary>
internal static class SaturatingSum
{
    /// <summary>The sum, at most <see cref="long.MaxValue"/>.</summary>
    public static long Add(long left, long right)
    {
        var sum = unchecked(left + right);
        return left > 0 && right > 0 && sum < 0 ? long.MaxValue : sum;
    }

    /// <summary>The sum of figures of many.</summary>
    public static long Of<T>(IEnumerable<T> items, Func<T, long> figure) => items.Aggregate(0L, (sum, item) => Add(sum, figure(item)));
}
