namespace KafkaMesh.Fuzz;

/// <summary>Shows bytes to a reader whole, one by one, and in pieces that depend on nothing but the bytes.</summary>
internal static class Pieces
{
    private const int Longest = 40;

    /// <summary>Takes the next piece.</summary>
    public delegate void Reader(ReadOnlySpan<byte> piece);

    /// <summary>Fails unless a reader says the same however the bytes are cut.</summary>
    /// <param name="input">The bytes.</param>
    /// <param name="transcript">Receives what it says of the whole.</param>
    /// <param name="start">Makes a reader that tells a transcript; the returned action ends it.</param>
    public static void AssertSame(ReadOnlySpan<byte> input, Transcript transcript, Func<Transcript, (Reader Read, Action End)> start)
    {
        var (whole, end) = start(transcript);
        whole(input);
        end();
        foreach (var isRandom in (ReadOnlySpan<bool>)[false, true])
        {
            var other = new Transcript();
            var (read, finish) = start(other);
            var random = new Random(input.Length + (input.IsEmpty ? 0 : input[^1]));
            for (var at = 0; at < input.Length;)
            {
                var length = isRandom ? Math.Min(random.Next(1, Longest), input.Length - at) : 1;
                read(input.Slice(at, length));
                at += length;
            }

            finish();
            if (other.Hash != transcript.Hash)
                throw new ViolationException($"cut into pieces it says something else ({other.Events} events) than as a whole ({transcript.Events} events)");
        }
    }
}
