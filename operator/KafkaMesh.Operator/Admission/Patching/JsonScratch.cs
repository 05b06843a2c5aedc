using System.Buffers;
using System.Text.Json;

namespace KafkaMesh.Operator.Admission.Patching;

/// <summary>
/// JSON that is written once and read at once: the text goes into a buffer that its thread keeps, so that an admission leaves little
/// for the garbage collector, whose pauses the slowest hundredth of admissions would feel.
/// </summary>
internal static class JsonScratch
{
    // As large as the largest text that its thread has written, which is bounded by the size of a pod.
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? t_text;

    [ThreadStatic]
    private static Utf8JsonWriter? t_json;

    /// <summary>The text of a value, as an array of its own.</summary>
    /// <param name="state">What <paramref name="write"/> is given.</param>
    /// <param name="write">Writes one value, and calls nothing that writes here too.</param>
    public static byte[] Text<T>(T state, Action<Utf8JsonWriter, T> write) => Write(state, write).ToArray();

    /// <summary>The value itself: a fraction of the memory of a tree of nodes.</summary>
    /// <param name="state">What <paramref name="write"/> is given.</param>
    /// <param name="write">Writes one value, and calls nothing that writes here too.</param>
    public static JsonElement Element<T>(T state, Action<Utf8JsonWriter, T> write) => JsonElement.Parse(Write(state, write));

    private static ReadOnlySpan<byte> Write<T>(T state, Action<Utf8JsonWriter, T> write)
    {
        var text = t_text ??= new ArrayBufferWriter<byte>();
        text.ResetWrittenCount();
        var json = t_json ??= new Utf8JsonWriter(text);
        json.Reset(text);
        write(json, state);
        json.Flush();
        return text.WrittenSpan;
    }
}
