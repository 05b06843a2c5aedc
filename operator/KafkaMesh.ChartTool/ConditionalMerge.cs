namespace KafkaMesh.ChartTool;

/// <summary>
/// Merges a text and its variants line by line into one template: what only a variant has stands under its condition, and
/// what a variant lacks under the opposite.
/// </summary>
internal static class ConditionalMerge
{
    /// <summary>Merges.</summary>
    /// <param name="text">The lines without any variant.</param>
    /// <param name="variants">Conditions, and the lines when they hold.</param>
    public static List<string> Merge(IReadOnlyList<string> text, IReadOnlyList<(string Condition, IReadOnlyList<string> Lines)> variants)
    {
        var changes = variants.Select(v => (v.Condition, Change: LineChange.Between(text, v.Lines))).ToList();
        var merged = new List<string>();
        var open = "";
        for (var place = 0; place <= text.Count; place++)
        {
            var additions = changes.Where(c => c.Change.Added.ContainsKey(place)).ToList();
            var without = place < text.Count ? string.Join(' ', changes.Where(c => c.Change.Removed.Contains(place)).Select(c => c.Condition)) : "";
            if (open.Length > 0 && (open != without || additions.Count > 0))
            {
                merged.Add("{{- end }}");
                open = "";
            }
            foreach (var (condition, change) in additions)
                merged.AddRange(["{{- if " + condition + " }}", .. change.Added[place], "{{- end }}"]);
            if (place == text.Count)
                break;
            if (open != without)
                merged.Add("{{- if not (or " + without + ") }}");
            open = without;
            merged.Add(text[place]);
        }
        return merged;
    }
}
