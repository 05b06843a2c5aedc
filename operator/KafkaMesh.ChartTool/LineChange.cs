namespace KafkaMesh.ChartTool;

/// <summary>How one text becomes another.</summary>
/// <param name="Removed">Lines of the first text that go, by number.</param>
/// <param name="Added">Lines that come, by the number of the line of the first text that they stand before.</param>
internal sealed record LineChange(HashSet<int> Removed, SortedDictionary<int, List<string>> Added)
{
    /// <summary>The change by the longest common subsequence.</summary>
    public static LineChange Between(IReadOnlyList<string> before, IReadOnlyList<string> after)
    {
        var common = CommonLengths(before, after);
        var change = new LineChange([], []);
        var (i, j) = (0, 0);
        while (i < before.Count || j < after.Count)
        {
            if (i < before.Count && j < after.Count && before[i] == after[j])
                (i, j) = (i + 1, j + 1);
            else if (j < after.Count && (i == before.Count || common[i, j + 1] >= common[i + 1, j]))
                change.AddBefore(i, after[j++]);
            else
                change.Removed.Add(i++);
        }
        return change;
    }

    private void AddBefore(int line, string text)
    {
        if (!Added.TryGetValue(line, out var lines))
            Added[line] = lines = [];
        lines.Add(text);
    }

    // Lengths of the longest common subsequence of what follows each pair of lines.
    private static int[,] CommonLengths(IReadOnlyList<string> before, IReadOnlyList<string> after)
    {
        var lengths = new int[before.Count + 1, after.Count + 1];
        for (var i = before.Count - 1; i >= 0; i--)
        {
            for (var j = after.Count - 1; j >= 0; j--)
                lengths[i, j] = before[i] == after[j] ? lengths[i + 1, j + 1] + 1 : Math.Max(lengths[i + 1, j], lengths[i, j + 1]);
        }
        return lengths;
    }
}
