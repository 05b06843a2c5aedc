using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;

namespace KafkaMesh.Operator.Stats;

/// <summary>
/// Reads the strings of reports and pods: a name that was read before is the same object again and costs no memory. Ten thousand sidecars say the same few
/// names at every interval. Bounded, whatever names come: a new one takes the place of another. Safe for concurrent use.
/// </summary>
internal sealed class NameCache : JsonConverter<string>
{
    private const int MaxLength = 255; // Kafka's longest topic has 249 characters.
    private const int Slots = 1 << 15;

    /// <summary>The one of this process.</summary>
    public static NameCache Shared { get; } = new();

    private readonly string?[] _slots = new string?[Slots];

    /// <inheritdoc/>
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        (IsPlainText(reader) ? Find(reader.ValueSpan) : null) ?? reader.GetString();

    /// <inheritdoc/>
    public override string ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Read(ref reader, typeToConvert, options)!;

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);

    /// <inheritdoc/>
    public override void WriteAsPropertyName(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WritePropertyName(value);

    private static bool IsPlainText(in Utf8JsonReader reader) =>
        reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && !reader.HasValueSequence && !reader.ValueIsEscaped;

    // Null for what is too long or no UTF-8: the reader knows how to refuse that.
    private string? Find(ReadOnlySpan<byte> utf8)
    {
        Span<char> buffer = stackalloc char[MaxLength];
        if (Utf8.ToUtf16(utf8, buffer, out _, out var length, replaceInvalidSequences: false) != OperationStatus.Done)
            return null;
        ReadOnlySpan<char> name = buffer[..length];
        ref var slot = ref _slots[string.GetHashCode(name, StringComparison.Ordinal) & (Slots - 1)];
        if (slot is { } known && name.SequenceEqual(known))
            return known;
        return slot = name.ToString();
    }
}
