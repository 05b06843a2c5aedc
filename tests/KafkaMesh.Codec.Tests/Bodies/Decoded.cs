namespace KafkaMesh.Codec.Tests.Bodies;

/// <summary>All that reading a body gave, in a form that tests compare.</summary>
internal sealed record Decoded(DecodeStatus Status, DecodeError Error, int TrailingBytes, bool IsFallback, string Events)
{
    /// <summary>Reads a body from pieces.</summary>
    /// <param name="target">Key, version and kind.</param>
    /// <param name="body">The body.</param>
    /// <param name="nextPiece">Given what is left, how many bytes come next.</param>
    public static Decoded Read(Target target, ReadOnlySpan<byte> body, Func<int, int> nextPiece)
    {
        var events = new List<string>();
        var sink = new RecordingSink(events);
        var reader = new BodyReader();
        var isStarted = reader.TryStart(target.ApiKey, target.Version, target.Kind, body.Length);
        Assert.True(isStarted || !KafkaSchema.IsKnown(target.ApiKey, target.Version), $"{target} has no program");
        DecodeStatus status;
        do
        {
            var piece = Math.Min(body.Length, nextPiece(body.Length));
            status = reader.Read(body[..piece], ref sink);
            body = body[piece..];
        }
        while (status == DecodeStatus.NeedMoreData && !body.IsEmpty);

        return new Decoded(status, reader.Error, reader.TrailingBytes, reader.IsFallback, string.Join('\n', events));
    }

    /// <summary>Reads a body from pieces and withholds the bytes that the reader says it skips.</summary>
    public static Decoded ReadUnseen(Target target, ReadOnlySpan<byte> body, Func<int> nextPiece)
    {
        var events = new List<string>();
        var sink = new RecordingSink(events);
        var reader = new BodyReader();
        Assert.True(reader.TryStart(target.ApiKey, target.Version, target.Kind, body.Length), $"{target} has no program");
        var status = DecodeStatus.NeedMoreData;
        while (status == DecodeStatus.NeedMoreData && !body.IsEmpty)
        {
            var length = Math.Min(body.Length, nextPiece());
            if (reader.PendingSkip > 0)
            {
                length = Math.Min(length, reader.PendingSkip);
                reader.SkipUnseen(length);
            }
            else
            {
                status = reader.Read(body[..length], ref sink);
            }

            body = body[length..];
        }

        if (status == DecodeStatus.NeedMoreData) status = reader.Read([], ref sink);
        return new Decoded(status, reader.Error, reader.TrailingBytes, reader.IsFallback, string.Join('\n', events));
    }

    /// <summary>Reads a body in one piece, between guard bytes that must not be looked at.</summary>
    public static Decoded ReadGuarded(Target target, ReadOnlySpan<byte> body)
    {
        var guarded = new byte[body.Length + 64];
        Array.Fill(guarded, (byte)0xff);
        body.CopyTo(guarded.AsSpan(32));
        return Read(target, guarded.AsSpan(32, body.Length), left => left);
    }

    /// <summary>Reads a body in one piece.</summary>
    public static Decoded Read(Target target, ReadOnlySpan<byte> body) => Read(target, body.ToArray(), left => left);

    /// <summary>Asserts that every way of cutting the body gives what the whole gives, and that no shorter body passes for it.</summary>
    public static Decoded ReadEveryWay(Target target, byte[] body)
    {
        var whole = Read(target, body);
        Assert.Equal(whole, ReadGuarded(target, body));
        Assert.Equal(whole, Read(target, body, _ => 1));
        for (var split = 1; split < body.Length; split++)
        {
            var first = split;
            Assert.Equal(whole, Read(target, body, left => left == body.Length ? first : left));
        }

        if (whole is { Status: DecodeStatus.Done, TrailingBytes: 0 }) AssertEveryPrefixFails(target, body);
        return whole;
    }

    private static void AssertEveryPrefixFails(Target target, byte[] body)
    {
        for (var length = 0; length < body.Length; length++)
        {
            var decoded = ReadGuarded(target, body.AsSpan(0, length));
            Assert.True(decoded.Status == DecodeStatus.Failed && decoded.Error != DecodeError.None, $"{target} cut to {length} of {body.Length} bytes: {decoded.Status}");
        }
    }
}
