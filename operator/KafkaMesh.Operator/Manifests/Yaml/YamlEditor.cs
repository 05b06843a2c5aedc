using System.Text.Json.Nodes;

namespace KafkaMesh.Operator.Manifests.Yaml;

/// <summary>
/// Changes the text of a YAML document so that it reads as another value, and leaves every line alone that need not
/// change: comments, anchors, quoting and order survive.
/// </summary>
internal sealed class YamlEditor
{
    private readonly SourceText _text;
    private readonly bool _indentSequences;
    private readonly List<TextEdit> _edits = [];

    private YamlEditor(SourceText text, SourceNode root)
    {
        _text = text;
        _indentSequences = IndentsSequences(root) ?? false;
    }

    /// <summary>Makes a document's text read as <paramref name="target"/>.</summary>
    /// <param name="text">Text of one document.</param>
    /// <param name="current">What it reads as now.</param>
    /// <param name="target">What it shall read as.</param>
    /// <param name="rewritten">
    /// The document could not be changed in place (an anchor stands where the change is, for example) and was written anew:
    /// its comments are lost.
    /// </param>
    public static string Edit(string text, JsonObject current, JsonObject target, out bool rewritten)
    {
        rewritten = false;
        var root = SourceParser.Parse(text) ?? throw new InvalidOperationException("an empty document has nothing to change");
        var editor = new YamlEditor(new SourceText(text), root);
        if (editor.TryChange(root, current, target, parent: null) && TextEdit.Apply(text, editor._edits) is { } edited && ReadsAs(edited, target))
            return edited;
        rewritten = true;
        return editor.Rewrite(root, target);
    }

    // Anything that the editing rules overlook shows here.
    private static bool ReadsAs(string text, JsonObject target)
    {
        try
        {
            return SourceParser.Parse(text) is { } root && JsonNode.DeepEquals(JsonNode.Parse(YamlJson.From(root)!.ToJsonString()), target);
        }
        catch (ManifestSyntaxException)
        {
            return false;
        }
    }

    private string Rewrite(SourceNode root, JsonObject target)
    {
        var text = _text.Text;
        var head = text[.._text.LineStart(root.Start)];
        var tail = text[_text.AfterLine(root.ContentEnd)..];
        if (head.Length == 0 && text.StartsWith("---", StringComparison.Ordinal))
            head = "---" + _text.NewLine;
        return head + _text.Indent(YamlWriter.Write(target, _indentSequences), 0) + tail;
    }

    private bool TryChange(SourceNode node, JsonNode? current, JsonNode? target, SourceEntry? parent)
    {
        if (JsonNode.DeepEquals(current, target))
            return true;
        return (node, current, target) switch
        {
            (SourceMapping map, JsonObject from, JsonObject to) when to.Count > 0 => map.IsFlow ? TryChangeFlow(map, from, to) : TryChangeBlock(map, from, to),
            (SourceSequence list, JsonArray from, JsonArray to) when to.Count > 0 => list.IsFlow ? TryChangeFlow(list, from, to) : TryChangeBlock(list, from, to, parent),
            _ => false,
        };
    }

    private bool TryChangeBlock(SourceMapping map, JsonObject from, JsonObject to)
    {
        if (map.Entries.Count == 0)
            return false;
        var column = _text.Column(map.Entries[0].Key.Start);
        var placed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (key, value) in from)
        {
            var found = to.TryGetPropertyValue(key, out var wanted);
            if (found && JsonNode.DeepEquals(value, wanted))
                continue;
            if (Find(map, key) is not { } entry)
                return false;
            if (!found && Successor(key, from, to) is { } successor)
            {
                Replace(entry, successor, to[successor], column);
                placed.Add(successor);
            }
            else if (!found)
            {
                if (!TryRemoveLines(entry.Key.Start, entry.ContentEnd))
                    return false;
            }
            else if (!Attempt(() => TryChange(entry.Value, value, wanted, entry)))
            {
                Replace(entry, key, wanted, column);
            }
        }
        var added = new JsonObject(to.Where(p => !from.ContainsKey(p.Key) && !placed.Contains(p.Key)).Select(p => KeyValuePair.Create(p.Key, p.Value?.DeepClone())));
        if (added.Count > 0)
            InsertLines(_text.AfterLine(map.ContentEnd), YamlWriter.Write(added, _indentSequences), column);
        return true;
    }

    // A new key in the very place of one that goes takes over its lines.
    private static string? Successor(string key, JsonObject from, JsonObject to)
    {
        var index = from.IndexOf(key);
        return index < to.Count && to.GetAt(index).Key is var other && !from.ContainsKey(other) ? other : null;
    }

    private void Replace(SourceEntry entry, string key, JsonNode? value, int column)
    {
        if (entry.Value is SourceMapping { IsFlow: true } && value is JsonObject)
        {
            _edits.Add(new TextEdit(entry.Key.Start, entry.ContentEnd, $"{YamlWriter.WriteFlow(JsonValue.Create(key))}: {YamlWriter.WriteFlow(value)}"));
            return;
        }
        var block = YamlWriter.Write(new JsonObject { [key] = value?.DeepClone() }, _indentSequences);
        _edits.Add(new TextEdit(entry.Key.Start, _text.AfterLine(entry.ContentEnd), _text.Indent(block, column, first: false)));
    }

    private bool TryChangeBlock(SourceSequence list, JsonArray from, JsonArray to, SourceEntry? parent)
    {
        if (list.Items.Count != from.Count || list.Items.Count == 0 || ListAlignment.Of(from, to) is not { } pairs)
            return false;
        var column = _text.Column(list.Start);
        var last = -1;
        foreach (var (old, wanted) in pairs)
        {
            if (old < 0)
            {
                if (PlaceAfter(list, last, column, parent) is not { } place)
                    return false;
                InsertLines(place, YamlWriter.Write(new JsonArray(to[wanted]?.DeepClone()), _indentSequences), column);
                continue;
            }
            last = old;
            if (wanted < 0)
            {
                if (DashOf(list, old, column) is not { } dash || !TryRemoveLines(dash, list.Items[old].ContentEnd))
                    return false;
            }
            else if (!TryChange(list.Items[old], from[old], to[wanted], parent: null))
            {
                return false;
            }
        }
        return true;
    }

    // Before the first item means directly below the key: comments above the first item stay with it.
    private int? PlaceAfter(SourceSequence list, int index, int column, SourceEntry? parent)
    {
        if (index >= 0)
            return _text.AfterLine(list.Items[index].ContentEnd);
        if (parent is not null && _text.LineStart(parent.Key.Start) < _text.LineStart(list.Start))
            return _text.AfterLine(parent.Key.End);
        return DashOf(list, 0, column) is { } dash && _text.IsFirstOnLine(dash) ? _text.LineStart(dash) : null;
    }

    // The dash of an item stands in the list's column, on the item's line or some lines above.
    private int? DashOf(SourceSequence list, int index, int column)
    {
        var limit = index == 0 ? _text.LineStart(list.Start) : _text.LineStart(list.Items[index - 1].ContentEnd);
        for (var line = _text.LineStart(list.Items[index].Start); line >= limit; line = _text.LineStart(line - 1))
        {
            if (line + column < _text.Text.Length && _text.Text[line + column] == '-' && _text.IsFirstOnLine(line + column))
                return line + column;
            if (line == 0)
                break;
        }
        return null;
    }

    private bool TryChangeFlow(SourceMapping map, JsonObject from, JsonObject to)
    {
        var spans = map.Entries.Select(e => (e.Key.Start, e.ContentEnd)).ToList();
        var removed = new HashSet<int>();
        var placed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (key, value) in from)
        {
            var found = to.TryGetPropertyValue(key, out var wanted);
            if (found && JsonNode.DeepEquals(value, wanted))
                continue;
            var index = map.Entries.ToList().FindIndex(e => !e.IsMerge && YamlJson.KeyOf(e.Key) == key);
            if (index < 0)
                return false;
            var entry = map.Entries[index];
            if (!found && Successor(key, from, to) is { } successor)
            {
                _edits.Add(new TextEdit(entry.Key.Start, entry.ContentEnd, $"{YamlWriter.WriteFlow(JsonValue.Create(successor))}: {YamlWriter.WriteFlow(to[successor])}"));
                placed.Add(successor);
            }
            else if (!found)
                removed.Add(index);
            else if (!Attempt(() => TryChange(entry.Value, value, wanted, entry)))
                _edits.Add(new TextEdit(entry.Key.End, entry.ContentEnd, ": " + YamlWriter.WriteFlow(wanted)));
        }
        var added = to.Where(p => !from.ContainsKey(p.Key) && !placed.Contains(p.Key)).Select(p => YamlWriter.WriteFlow(JsonValue.Create(p.Key)) + ": " + YamlWriter.WriteFlow(p.Value)).ToList();
        if (!TryRemoveFromFlow(spans, removed))
            return false;
        if (added.Count > 0)
            InsertInFlow(map.Entries.Count > 0 ? map.Entries[^1].ContentEnd : null, map.Start, added);
        return true;
    }

    private bool TryChangeFlow(SourceSequence list, JsonArray from, JsonArray to)
    {
        if (list.Items.Count != from.Count || list.Items.Count == 0 || ListAlignment.Of(from, to) is not { } pairs)
            return false;
        var last = -1;
        var removed = new HashSet<int>();
        foreach (var (old, wanted) in pairs)
        {
            if (old < 0)
            {
                var text = YamlWriter.WriteFlow(to[wanted]);
                _edits.Add(last < 0 ? new TextEdit(list.Items[0].Start, list.Items[0].Start, text + ", ") : new TextEdit(list.Items[last].ContentEnd, list.Items[last].ContentEnd, ", " + text));
                continue;
            }
            last = old;
            if (wanted < 0)
                removed.Add(old);
            else if (!Attempt(() => TryChange(list.Items[old], from[old], to[wanted], parent: null)))
                _edits.Add(new TextEdit(list.Items[old].Start, list.Items[old].ContentEnd, YamlWriter.WriteFlow(to[wanted])));
        }
        return TryRemoveFromFlow([.. list.Items.Select(i => (i.Start, i.ContentEnd))], removed);
    }

    private void InsertInFlow(int? lastEnd, int open, List<string> added)
    {
        var text = string.Join(", ", added);
        var place = lastEnd ?? _text.Text.IndexOf('{', open) + 1;
        _edits.Add(new TextEdit(place, place, lastEnd is null ? text : ", " + text));
    }

    // Each with the comma before it, or after it when nothing that stays stands before.
    private bool TryRemoveFromFlow(List<(int Start, int End)> items, HashSet<int> removed)
    {
        if (removed.Count > 0 && removed.Count == items.Count)
            return false;
        var staysBefore = false;
        for (var i = 0; i < items.Count; i++)
        {
            if (!removed.Contains(i))
                staysBefore = true;
            else
                _edits.Add(staysBefore ? new TextEdit(items[i - 1].End, items[i].End, "") : new TextEdit(items[i].Start, items[i + 1].Start, ""));
        }
        return true;
    }

    private void InsertLines(int place, string block, int column)
    {
        var lines = _text.Indent(block, column);
        _edits.Add(new TextEdit(place, place, _text.LacksLineEnd(place) ? _text.NewLine + lines[..^_text.NewLine.Length] : lines));
    }

    private bool TryRemoveLines(int start, int contentEnd)
    {
        if (!_text.IsFirstOnLine(start))
            return false;
        _edits.Add(new TextEdit(_text.LineStart(start), _text.AfterLine(contentEnd), ""));
        return true;
    }

    // What a failed attempt noted must not stay.
    private bool Attempt(Func<bool> change)
    {
        var count = _edits.Count;
        if (change())
            return true;
        _edits.RemoveRange(count, _edits.Count - count);
        return false;
    }

    private static SourceEntry? Find(SourceMapping map, string key) =>
        map.Entries.LastOrDefault(e => !e.IsMerge && YamlJson.KeyOf(e.Key) == key);

    // As the document has it: whether the first list below a key is indented.
    private bool? IndentsSequences(SourceNode node) => node switch
    {
        SourceMapping { IsFlow: false } map => map.Entries
            .Select(e => e.Value is SourceSequence { IsFlow: false } list && _text.Text.AsSpan(e.Key.End..list.Start).Contains('\n')
                ? _text.Column(list.Start) > _text.Column(e.Key.Start)
                : IndentsSequences(e.Value))
            .FirstOrDefault(answer => answer is not null),
        SourceSequence { IsFlow: false } list => list.Items.Select(IndentsSequences).FirstOrDefault(answer => answer is not null),
        _ => null,
    };
}
