using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace KafkaMesh.Operator.Webhook;

/// <summary>The bytes of a request, in chunks that are lent as they fill, not by what a header announces. The server bounds one body, the room all.</summary>
/// <param name="room">What all bodies share.</param>
internal sealed class ReviewBody(BodyRoom room) : IDisposable
{
    // Each takes 12 bytes while it is read, twice that when their table grows: 3 MB of "[]," took 90 MiB. Recorded reviews have one for eight bytes, 390,000 in 3 MiB.
    private const int MaxTokens = 512 * 1024;

    private byte[] _first = [];
    private List<byte[]>? _more; // few have any
    private int _taken;
    private int _filled; // of the last chunk

    /// <summary>Whether reading stopped because other bodies hold all the room.</summary>
    public bool LacksRoom { get; private set; }

    /// <summary>Reads to the end, once.</summary>
    /// <param name="stream">The request's body.</param>
    /// <param name="cancellationToken">The admission's deadline.</param>
    public async ValueTask ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        // A thousand requests that wait for their body hold no buffer: reading nothing ends when there is something to read.
        _ = await stream.ReadAsync(Memory<byte>.Empty, cancellationToken);
        var chunk = _first = ArrayPool<byte>.Shared.Rent(BodyRoom.ChunkBytes);
        while (await stream.ReadAsync(chunk.AsMemory(_filled, BodyRoom.ChunkBytes - _filled), cancellationToken) is > 0 and var count)
        {
            _filled += count;
            if (_filled == BodyRoom.ChunkBytes)
                chunk = await AddChunkAsync(cancellationToken);
        }
    }

    /// <summary>What the bytes say in JSON, all of them.</summary>
    /// <exception cref="JsonException">They are something else.</exception>
    public T? Deserialize<T>(JsonTypeInfo<T> type)
    {
        if (_more is null)
            return JsonSerializer.Deserialize(_first.AsSpan(0, _filled), type);
        var sequence = Sequence(_more);
        var options = new JsonReaderOptions { MaxDepth = type.Options.MaxDepth };
        var reader = new Utf8JsonReader(sequence, options);
        for (var tokens = 0; reader.Read(); tokens++)
        {
            if (tokens == MaxTokens)
                throw new JsonException($"it has more than {MaxTokens} tokens of JSON");
        }
        reader = new Utf8JsonReader(sequence, options);
        return JsonSerializer.Deserialize(ref reader, type);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_first.Length > 0)
            ArrayPool<byte>.Shared.Return(_first);
        _more?.ForEach(static chunk => ArrayPool<byte>.Shared.Return(chunk));
        if (_taken > 0)
            room.GiveBack(_taken);
        (_first, _more, _taken, _filled) = ([], null, 0, 0);
    }

    private async ValueTask<byte[]> AddChunkAsync(CancellationToken cancellationToken)
    {
        LacksRoom = true;
        await room.TakeAsync(cancellationToken);
        LacksRoom = false;
        _taken++;
        var chunk = ArrayPool<byte>.Shared.Rent(BodyRoom.ChunkBytes);
        (_more ??= []).Add(chunk);
        _filled = 0;
        return chunk;
    }

    private ReadOnlySequence<byte> Sequence(List<byte[]> more)
    {
        var first = new BodySegment(_first.AsMemory(0, BodyRoom.ChunkBytes));
        var last = first;
        for (var i = 0; i < more.Count; i++)
            last = last.Append(more[i].AsMemory(0, i == more.Count - 1 ? _filled : BodyRoom.ChunkBytes));
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }
}
