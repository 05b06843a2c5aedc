using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using KafkaMesh.Kubernetes.Entities;

namespace KafkaMesh.Kubernetes.Client;

/// <summary>
/// Reads a list of any kind as it comes: one object of it is in memory as JSON at a time, never the page. A page of 500 pods is megabytes, and many
/// lists are read at once when a leader begins.
/// </summary>
/// <typeparam name="TEntity">The entity.</typeparam>
/// <param name="type">Its registration.</param>
internal sealed class EntityListReader<TEntity>(EntityType<TEntity> type)
    where TEntity : class
{
    private const int BufferSize = 32 * 1024;
    private const string Items = "items";
    private const string Metadata = "metadata";

    private readonly List<TEntity> _items = [];
    private JsonReaderState _state = new(new JsonReaderOptions { MaxDepth = KubernetesJson.DocumentOptions.MaxDepth + 2 }); // the list and its items
    private V1ListMeta? _metadata;
    private bool _hasItems;
    private string? _member;
    private Place _place;

    // What comes next: the list; a member's name; a member's value; an item; nothing.
    private enum Place
    {
        Start,
        Member,
        Value,
        Item,
        End,
    }

    /// <summary>Reads the body to its end.</summary>
    /// <exception cref="JsonException">It is no list.</exception>
    public async ValueTask<EntityList<TEntity>> ReadAsync(Stream body, CancellationToken cancellationToken)
    {
        var pipe = PipeReader.Create(body, new StreamPipeReaderOptions(bufferSize: BufferSize, leaveOpen: true));
        try
        {
            var atLeast = 1;
            while (true)
            {
                var read = await pipe.ReadAtLeastAsync(atLeast, cancellationToken);
                var taken = Take(read.Buffer, read.IsCompleted);
                if (read.IsCompleted)
                {
                    break;
                }

                // What is begun is looked at again when twice as much of it is there: the work stays linear in its size.
                atLeast = (int)Math.Min(int.MaxValue, 1 + (2 * read.Buffer.Slice(taken).Length));
                pipe.AdvanceTo(taken, read.Buffer.End);
            }
        }
        finally
        {
            await pipe.CompleteAsync();
        }

        return _hasItems
            ? new EntityList<TEntity>(_items, _metadata ?? new V1ListMeta())
            : throw new JsonException($"a list of {type.Metadata.Plural} has no items");
    }

    // Takes all that is whole and says how far that reaches.
    private SequencePosition Take(ReadOnlySequence<byte> buffer, bool isLast)
    {
        var reader = new Utf8JsonReader(buffer, isLast, _state);
        var taken = buffer.Start;
        while (TryTake(ref reader, buffer))
        {
            (taken, _state) = (reader.Position, reader.CurrentState);
        }

        return taken;
    }

    private bool TryTake(ref Utf8JsonReader reader, ReadOnlySequence<byte> buffer)
    {
        if (!reader.Read())
        {
            return false;
        }

        switch (_place)
        {
            case Place.Start when reader.TokenType == JsonTokenType.StartObject:
                _place = Place.Member;
                return true;
            case Place.Member when reader.TokenType == JsonTokenType.PropertyName:
                (_member, _place) = (reader.GetString(), Place.Value);
                return true;
            case Place.Member:
                _place = Place.End;
                return true;
            case Place.Value when _member == Items:
                _hasItems = true;
                _place = reader.TokenType switch
                {
                    JsonTokenType.StartArray => Place.Item,
                    JsonTokenType.Null => Place.Member, // an empty metadata list says "items": null
                    _ => throw new JsonException($"the items of a list of {type.Metadata.Plural} are no array"),
                };
                return true;
            case Place.Item when reader.TokenType == JsonTokenType.EndArray:
                _place = Place.Member;
                return true;
            case Place.Item:
                return TryTakeItem(ref reader, buffer);
            case Place.Value:
                return TryTakeValue(ref reader, buffer);
            default:
                throw new JsonException($"a list of {type.Metadata.Plural} is no object");
        }
    }

    private bool TryTakeItem(ref Utf8JsonReader reader, ReadOnlySequence<byte> buffer)
    {
        var start = reader.TokenStartIndex;
        if (!reader.TrySkip())
        {
            return false;
        }

        using var item = JsonDocument.Parse(buffer.Slice(start, reader.BytesConsumed - start), KubernetesJson.DocumentOptions);
        _items.Add(type.ReadNamed(item.RootElement));
        return true;
    }

    private bool TryTakeValue(ref Utf8JsonReader reader, ReadOnlySequence<byte> buffer)
    {
        var start = reader.TokenStartIndex;
        if (!reader.TrySkip())
        {
            return false;
        }

        if (_member == Metadata)
        {
            using var value = JsonDocument.Parse(buffer.Slice(start, reader.BytesConsumed - start), KubernetesJson.DocumentOptions);
            _metadata = value.RootElement.Deserialize(KubernetesJson.Default.V1ListMeta);
        }

        _place = Place.Member;
        return true;
    }
}
