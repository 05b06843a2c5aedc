using System.Text.RegularExpressions;

namespace KafkaMesh.ChartTool;

/// <summary>A template while values are put in; each change must find its one place, so that a changed manifest cannot lose a value unseen.</summary>
internal sealed class TemplateText(string name, IEnumerable<string> lines)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private readonly List<string> _lines = [.. lines];

    /// <summary>The lines as they are now.</summary>
    public IReadOnlyList<string> Lines => _lines;

    /// <summary>Replaces a text wherever it stands.</summary>
    public void ReplaceAll(string text, string replacement)
    {
        for (var i = 0; i < _lines.Count; i++)
            _lines[i] = _lines[i].Replace(text, replacement, StringComparison.Ordinal);
    }

    /// <summary>Replaces what a pattern matches in one line.</summary>
    public void Replace(string pattern, string replacement)
    {
        var regex = new Regex(pattern, RegexOptions.ExplicitCapture, Patience);
        var line = Find(l => regex.IsMatch(l), pattern);
        _lines[line] = regex.Replace(_lines[line], replacement);
    }

    /// <summary>Replaces the value of an environment variable.</summary>
    public void SetVariable(string variable, string value)
    {
        var line = Find(l => l.TrimStart() == $"- name: {variable}", variable) + 1;
        if (line == _lines.Count || !_lines[line].TrimStart().StartsWith("value:", StringComparison.Ordinal))
            throw new ChartException($"{name} has no value for {variable}");
        _lines[line] = _lines[line][..(_lines[line].IndexOf(':', StringComparison.Ordinal) + 1)] + " " + value;
    }

    /// <summary>Replaces a key and what is nested under it.</summary>
    /// <param name="key">The key with its colon.</param>
    /// <param name="replacement">Makes the new line, without its indent, from the indent.</param>
    public void ReplaceBlock(string key, Func<int, string> replacement)
    {
        var start = FindKey(key);
        var indent = IndentOf(_lines[start], key);
        var end = start + 1;
        while (end < _lines.Count && _lines[end].Length - _lines[end].TrimStart().Length > indent)
            end++;
        _lines.RemoveRange(start, end - start);
        _lines.Insert(start, new string(' ', indent) + replacement(indent));
    }

    /// <summary>Puts lines before a key.</summary>
    public void InsertBefore(string key, params string[] text) => _lines.InsertRange(FindKey(key), text);

    /// <summary>Puts lines after a key.</summary>
    public void InsertAfter(string key, params string[] text) => _lines.InsertRange(FindKey(key) + 1, text);

    /// <summary>How far a key is indented.</summary>
    public int IndentOf(string key) => IndentOf(_lines[FindKey(key)], key);

    private static int IndentOf(string line, string key) => line.IndexOf(key, StringComparison.Ordinal);

    // The outermost one: a nested field may have the same name.
    private int FindKey(string key)
    {
        var found = Enumerable.Range(0, _lines.Count).Where(i => _lines[i].TrimStart().StartsWith(key, StringComparison.Ordinal)).ToList();
        if (found.Count == 0)
            throw new ChartException($"{name} has no {key}");
        return found.MinBy(i => IndentOf(_lines[i], key));
    }

    private int Find(Predicate<string> condition, string what)
    {
        var found = Enumerable.Range(0, _lines.Count).Where(i => condition(_lines[i])).ToList();
        return found.Count == 1 ? found[0] : throw new ChartException($"{name} has {found.Count} lines with {what} instead of one");
    }
}
