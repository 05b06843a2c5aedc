using System.Text.RegularExpressions;

namespace KafkaMesh.Operator.Tests.Commands.Top;

/// <summary>Reads screens as they were drawn: from home to the erasure of what is below.</summary>
internal static partial class ScreenText
{
    /// <summary>Lines of the last whole screen without colours; null when there is none.</summary>
    public static IReadOnlyList<string>? Last(string output)
    {
        var end = output.LastIndexOf("\u001b[J", StringComparison.Ordinal);
        var start = end < 0 ? -1 : output.LastIndexOf("\u001b[H", end, StringComparison.Ordinal);
        if (start < 0)
            return null;
        var drawn = Colour().Replace(output[(start + 3)..end], "").Replace("\r", "", StringComparison.Ordinal);
        return [.. drawn.Split('\n').Select(l => l.EndsWith("\u001b[K", StringComparison.Ordinal) ? l[..^3] : l)];
    }

    [GeneratedRegex("\u001b\\[[0-9;]*m", RegexOptions.None, 1000)]
    private static partial Regex Colour();
}
