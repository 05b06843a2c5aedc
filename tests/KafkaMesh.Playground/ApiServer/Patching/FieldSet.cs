using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Schema;

namespace KafkaMesh.Playground.ApiServer.Patching;

/// <summary>A set of field paths as a tree: what FieldsV1 of <c>metadata.managedFields</c> encodes. Sets never change once made.</summary>
internal sealed class FieldSet
{
    /// <summary>Deepest tree that is decoded.</summary>
    public const int MaxDepth = 64;

    private readonly SortedDictionary<PathElement, Entry> _entries;

    private FieldSet(SortedDictionary<PathElement, Entry> entries) => _entries = entries;

    /// <summary>The set without paths.</summary>
    public static FieldSet Empty { get; } = new([]);

    /// <summary>Whether no path is in the set.</summary>
    public bool IsEmpty => _entries.Count == 0;

    /// <summary>Builds a set from single steps: whether each is a member, and what is below it.</summary>
    public static FieldSet Of(IEnumerable<(PathElement Element, bool Member, FieldSet Children)> entries)
    {
        var result = new SortedDictionary<PathElement, Entry>();
        foreach (var (element, member, children) in entries)
        {
            if (member || !children.IsEmpty)
            {
                result[element] = new Entry(member, children);
            }
        }

        return result.Count == 0 ? Empty : new FieldSet(result);
    }

    /// <summary>Decodes FieldsV1; steps that are none are left out.</summary>
    public static FieldSet Decode(JsonObject fields, int depth = 0)
        => depth >= MaxDepth ? Empty : Of(fields.Select(p => (Step: PathElement.Parse(p.Key), p.Value))
            .Where(p => p.Step is not null)
            .Select(p => DecodeEntry(p.Step!.Value, p.Value as JsonObject ?? [], depth)));

    /// <summary>Encodes as FieldsV1.</summary>
    public JsonObject Encode()
    {
        var fields = new JsonObject();
        foreach (var (element, entry) in _entries)
        {
            var children = entry.Children.Encode();
            if (entry.Member && children.Count > 0)
            {
                children.Insert(0, ".", new JsonObject());
            }

            fields[element.Encoded] = children;
        }

        return fields;
    }

    /// <summary>Whether the step itself is a member.</summary>
    public bool Has(PathElement element) => _entries.TryGetValue(element, out var entry) && entry.Member;

    /// <summary>What is below a step.</summary>
    public FieldSet Below(PathElement element) => _entries.TryGetValue(element, out var entry) ? entry.Children : Empty;

    /// <summary>All paths of both sets.</summary>
    public FieldSet Union(FieldSet other)
        => Of(_entries.Keys.Union(other._entries.Keys).Select(e => (e, Has(e) || other.Has(e), Below(e).Union(other.Below(e)))));

    /// <summary>The paths that the other set does not hold.</summary>
    public FieldSet Difference(FieldSet other)
        => Of(_entries.Select(p => (p.Key, p.Value.Member && !other.Has(p.Key), p.Value.Children.Difference(other.Below(p.Key)))));

    /// <summary>The paths that both hold.</summary>
    public FieldSet Intersection(FieldSet other)
        => Of(_entries.Select(p => (p.Key, p.Value.Member && other.Has(p.Key), p.Value.Children.Intersection(other.Below(p.Key)))));

    /// <summary>The set without the given steps and everything below them.</summary>
    public FieldSet Without(FieldSet excluded)
        => Of(_entries.Where(p => !excluded.Has(p.Key)).Select(p => (p.Key, p.Value.Member, p.Value.Children.Without(excluded.Below(p.Key)))));

    /// <summary>The set in which a declared field with members below it is a member itself, so that removing it removes the field.</summary>
    public FieldSet WithNamedFields(StructuralSchema? schema)
        => Of(_entries.Select(p => (p.Key,
            p.Value.Member || (p.Key.IsField && !p.Value.Children.IsEmpty && schema?.Properties.ContainsKey(p.Key.Value) == true),
            p.Value.Children.WithNamedFields(FieldTree.Child(schema, p.Key)))));

    /// <summary>All member paths as messages print them, in order.</summary>
    public IEnumerable<string> Paths(string prefix = "")
    {
        foreach (var (element, entry) in _entries)
        {
            var path = prefix + element;
            if (entry.Member)
            {
                yield return path;
            }

            foreach (var child in entry.Children.Paths(path))
            {
                yield return child;
            }
        }
    }

    private static (PathElement Element, bool Member, FieldSet Children) DecodeEntry(PathElement element, JsonObject children, int depth)
        => (element, children.Count == 0 || children.ContainsKey("."), Decode(children, depth + 1));

    private readonly record struct Entry(bool Member, FieldSet Children);
}
