namespace KafkaMesh.Operator.Manifests.Yaml;

/// <summary>One change of a text.</summary>
/// <param name="Start">Offset of the first character that goes.</param>
/// <param name="End">Offset behind the last character that goes.</param>
/// <param name="Text">What comes in its place.</param>
internal readonly record struct TextEdit(int Start, int End, string Text)
{
    /// <summary>Applies changes, which may touch but not overlap; of those at one place the earlier listed comes first.</summary>
    /// <returns>Null when two of them overlap.</returns>
    public static string? Apply(string text, IEnumerable<TextEdit> edits)
    {
        var result = new System.Text.StringBuilder(text.Length + 4096);
        var position = 0;
        foreach (var edit in edits.OrderBy(e => e.Start))
        {
            if (edit.Start < position)
                return null;
            result.Append(text, position, edit.Start - position).Append(edit.Text);
            position = edit.End;
        }
        return result.Append(text, position, text.Length - position).ToString();
    }
}
