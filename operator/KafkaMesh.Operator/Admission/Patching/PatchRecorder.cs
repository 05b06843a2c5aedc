using System.Globalization;
using System.Text.Json.Nodes;

namespace KafkaMesh.Operator.Admission.Patching;

/// <summary>
/// Changes a copy of a document and records each change as a JSON Patch operation, so that indices are those of the
/// document at that moment and nothing that was not changed on purpose can be lost.
/// </summary>
internal sealed class PatchRecorder(JsonObject original)
{
    private readonly List<JsonPatchOperation> _operations = [];

    /// <summary>The document as changed so far.</summary>
    public JsonObject Document { get; } = (JsonObject)original.DeepClone();

    /// <summary>The changes so far, in order.</summary>
    public IReadOnlyList<JsonPatchOperation> Operations => _operations;

    /// <summary>Sets a property, making missing parent objects.</summary>
    public void Set(JsonNode value, params ReadOnlySpan<string> path)
    {
        for (var depth = 1; depth < path.Length; depth++)
        {
            if (Find(path[..depth]) is null)
                Record("add", path[..depth], new JsonObject());
        }
        var existing = Find(path);
        if (existing is null)
            Record("add", path, value);
        else if (!JsonNode.DeepEquals(existing, value))
            Record("replace", path, value);
    }

    /// <summary>Inserts into a list, making the list when it is missing.</summary>
    /// <param name="value">The new item.</param>
    /// <param name="index">Where; at most the list's length.</param>
    /// <param name="path">The list.</param>
    public void Insert(JsonNode value, int index, params ReadOnlySpan<string> path)
    {
        if (Find(path) is not JsonArray)
            Record("add", path, new JsonArray());
        Record("add", [.. path, index.ToString(CultureInfo.InvariantCulture)], value);
    }

    /// <summary>Appends to a list, making the list when it is missing.</summary>
    public void Append(JsonNode value, params ReadOnlySpan<string> path) =>
        Insert(value, (Find(path) as JsonArray)?.Count ?? 0, path);

    /// <summary>Removes what stands there; nothing there is fine.</summary>
    public void Remove(params ReadOnlySpan<string> path)
    {
        if (Find(path) is not null)
            Record("remove", path);
    }

    /// <summary>Removes an object that has no properties.</summary>
    public void RemoveEmpty(params ReadOnlySpan<string> path)
    {
        if (Find(path) is JsonObject { Count: 0 })
            Remove(path);
    }

    /// <summary>Removes the items of a list that the predicate accepts, last first.</summary>
    /// <param name="predicate">Whether an item goes.</param>
    /// <param name="keepsEmpty">A list that becomes empty stays; else it is removed.</param>
    /// <param name="path">The list.</param>
    public void RemoveWhere(Func<JsonObject, bool> predicate, bool keepsEmpty, params ReadOnlySpan<string> path)
    {
        if (Find(path) is not JsonArray list)
            return;
        var doomed = new List<int>();
        for (var i = list.Count - 1; i >= 0; i--)
        {
            if (list[i] is JsonObject item && predicate(item))
                doomed.Add(i);
        }
        if (!keepsEmpty && doomed.Count > 0 && doomed.Count == list.Count)
        {
            Remove(path);
            return;
        }
        foreach (var index in doomed)
            Record("remove", [.. path, index.ToString(CultureInfo.InvariantCulture)]);
    }

    private JsonNode? Find(ReadOnlySpan<string> path)
    {
        JsonNode? node = Document;
        foreach (var token in path)
            node = JsonPointer.Child(node, token);
        return node;
    }

    // The document takes the value over, and later operations change it: what is recorded is a copy of now.
    private void Record(string op, ReadOnlySpan<string> path, JsonNode? value = null)
    {
        _operations.Add(new JsonPatchOperation(op, JsonPointer.From(path), value?.DeepClone()));
        if (JsonPatch.Apply(Document, op, path, value) is { } error)
            throw new InjectionException($"the pod cannot be changed: {error}");
    }
}
