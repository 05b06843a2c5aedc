namespace KafkaMesh.Codec;

/// <content>Tag sections (KIP-482).</content>
internal ref partial struct FieldsWriter
{
    /// <summary>Writes the known tagged fields that were sent, then the unknown ones as bytes.</summary>
    private bool WriteTags(FieldLayout[] fields)
    {
        var section = _wire.Rest;
        if (!TryPassTags(fields, out var known, out var unknown)) return At("_taggedFields");
        section = section[..^_wire.Left];
        for (var i = 0; known && i < fields.Length; i++)
        {
            if (fields[i].IsTagged(_version) && !WriteTagged(fields[i], section)) return false;
        }

        if (unknown) WriteUnknownTags(fields, section);
        return true;
    }

    /// <summary>Checks the section and moves behind it.</summary>
    /// <param name="fields">The fields of the structure.</param>
    /// <param name="known">Whether a known tag is in it.</param>
    /// <param name="unknown">Whether an unknown one is.</param>
    private bool TryPassTags(FieldLayout[] fields, out bool known, out bool unknown)
    {
        known = unknown = false;
        if (!_wire.TryReadVarint(out var count)) return false;
        if (count > (uint)_wire.Left / Varint.MinTagBytes) return _wire.Fail(DecodeError.TagCountBeyondFrame);
        for (; count > 0; count--)
        {
            if (!TryReadTag(ref _wire, out var tag, out _)) return false;
            if (IsKnown(fields, tag)) known = true;
            else unknown = true;
        }

        return true;
    }

    /// <summary>Writes the last value that was sent for a tag, if any was: a default that was not sent is not there, as in Kafka's own JSON.</summary>
    private bool WriteTagged(FieldLayout field, ReadOnlySpan<byte> section)
    {
        var isSent = false;
        var value = default(ReadOnlySpan<byte>);
        var cursor = new WireCursor(section);
        for (cursor.TryReadVarint(out var count); count > 0; count--)
        {
            if (!TryReadTag(ref cursor, out var tag, out var data) || tag != (uint)field.Tag) continue;
            isSent = true;
            value = data;
        }

        if (!isSent) return true;
        _json.WritePropertyName(field.JsonName);
        var outer = _wire;
        _wire = new WireCursor(value);
        var isRead = WriteField(field) && (_wire.Left == 0 || _wire.Fail(DecodeError.TagSizeMismatch));
        var error = _wire.Error;
        _wire = outer;
        return isRead || _wire.Fail(error) || At(field.Name);
    }

    private readonly void WriteUnknownTags(FieldLayout[] fields, ReadOnlySpan<byte> section)
    {
        _json.WriteStartArray("_unknownTaggedFields"u8);
        var cursor = new WireCursor(section);
        for (cursor.TryReadVarint(out var count); count > 0; count--)
        {
            if (!TryReadTag(ref cursor, out var tag, out var data) || IsKnown(fields, tag)) continue;
            _json.WriteStartObject();
            _json.WriteNumber("tag"u8, tag);
            _json.WriteBase64String("data"u8, data);
            _json.WriteEndObject();
        }

        _json.WriteEndArray();
    }

    private static bool TryReadTag(scoped ref WireCursor cursor, out uint tag, out ReadOnlySpan<byte> data)
    {
        data = default;
        return cursor.TryReadVarint(out tag) && cursor.TryReadVarint(out var size) && cursor.TryTakeAnnounced(size, out data);
    }

    private readonly bool IsKnown(FieldLayout[] fields, uint tag)
    {
        foreach (var field in fields)
        {
            if (field.IsTagged(_version) && tag == (uint)field.Tag) return true;
        }

        return false;
    }
}
