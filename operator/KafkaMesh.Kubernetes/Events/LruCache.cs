using System.Diagnostics.CodeAnalysis;

namespace KafkaMesh.Kubernetes.Events;

/// <summary>A dictionary that forgets what was not used for longest. Not safe for concurrent use.</summary>
/// <typeparam name="TKey">Key.</typeparam>
/// <typeparam name="TValue">Value.</typeparam>
/// <param name="capacity">Most entries.</param>
internal sealed class LruCache<TKey, TValue>(int capacity)
    where TKey : notnull
{
    private readonly Dictionary<TKey, LinkedListNode<KeyValuePair<TKey, TValue>>> _nodes = [];
    private readonly LinkedList<KeyValuePair<TKey, TValue>> _byUse = new();

    public int Count => _nodes.Count;

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        if (!_nodes.TryGetValue(key, out var node))
        {
            value = default;
            return false;
        }

        _byUse.Remove(node);
        _byUse.AddFirst(node);
        value = node.Value.Value;
        return true;
    }

    public void Set(TKey key, TValue value)
    {
        Remove(key);
        if (_nodes.Count >= capacity && _byUse.Last is { } oldest)
        {
            Remove(oldest.Value.Key);
        }

        _nodes[key] = _byUse.AddFirst(KeyValuePair.Create(key, value));
    }

    public void Remove(TKey key)
    {
        if (_nodes.Remove(key, out var node))
        {
            _byUse.Remove(node);
        }
    }
}
