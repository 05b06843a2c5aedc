using KafkaMesh.Contracts;

namespace KafkaMesh.Proxy.Configuration;

/// <summary>
/// Finds variables with our prefix that no command knows: most likely misspelt. They are no error: an operator of another version may set what this
/// program does not know yet.
/// </summary>
internal static class UnknownVariables
{
    private const int MaxWarnings = 10;
    private const int MaxNameLength = 100;

    private static readonly string[] s_known =
        [.. new[] { RunFlags.All, InitFlags.All, CleanupFlags.All, WaitFlags.All }.SelectMany(flags => flags).Select(flag => flag.Variable).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>One sentence per variable, in order of their names, without values; a last one when there are too many.</summary>
    public static IReadOnlyList<string> Warnings(IReadOnlyDictionary<string, string> environment)
    {
        var names = new List<string>();
        foreach ((string name, string value) in environment)
        {
            if (name.StartsWith(WellKnownNames.EnvironmentPrefix, StringComparison.Ordinal) && !s_known.Contains(name) && !ServiceLinks.Contains(name, value))
            {
                names.Add(name);
            }
        }

        names.Sort(StringComparer.Ordinal);
        IEnumerable<string> warnings = names.Take(MaxWarnings).Select(Warning);
        return [.. names.Count > MaxWarnings ? warnings.Append($"{names.Count - MaxWarnings} more variables that start with {WellKnownNames.EnvironmentPrefix} are not known") : warnings];
    }

    private static string Warning(string name)
    {
        string shown = string.Concat(name.Take(MaxNameLength).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c));
        string nearest = s_known.MinBy(known => Distance(shown.ToUpperInvariant(), known))!;
        return $"the variable {shown} is not known and has no effect; the nearest known name is {nearest}";
    }

    /// <summary>Characters to insert, remove or replace (Levenshtein).</summary>
    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, 1 + Math.Min(row[j], row[j - 1]));
            }
        }

        return row[b.Length];
    }
}
