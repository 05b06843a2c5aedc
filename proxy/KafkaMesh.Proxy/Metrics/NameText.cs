using System.Buffers;
using System.Globalization;
using System.Text;

namespace KafkaMesh.Proxy.Metrics;

/// <summary>
/// Turns names from the wire into text that is safe in metrics, logs and terminals: control characters, invalid UTF-8 and the
/// backslash become <c>\xNN</c>, all else stays. Different bytes give different text, so two series never become one.
/// </summary>
internal static class NameText
{
    private const int EscapedLength = 4;

    /// <summary>The text of a name.</summary>
    public static string FromUtf8(ReadOnlySpan<byte> utf8)
    {
        if (!utf8.ContainsAnyExceptInRange((byte)' ', (byte)'~') && !utf8.Contains((byte)'\\'))
            return Encoding.ASCII.GetString(utf8);
        var text = new StringBuilder(utf8.Length);
        while (!utf8.IsEmpty)
        {
            if (IsKept(utf8, out var rune, out var consumed))
                text.Append(rune.ToString());
            else
                AppendEscaped(text, utf8[..consumed]);
            utf8 = utf8[consumed..];
        }

        return text.ToString();
    }

    /// <summary>Characters of the text of a name, without making it.</summary>
    public static int LengthOf(ReadOnlySpan<byte> utf8)
    {
        var length = 0;
        while (!utf8.IsEmpty)
        {
            length += IsKept(utf8, out var rune, out var consumed) ? rune.Utf16SequenceLength : EscapedLength * consumed;
            utf8 = utf8[consumed..];
        }

        return length;
    }

    private static bool IsKept(ReadOnlySpan<byte> utf8, out Rune rune, out int consumed) =>
        Rune.DecodeFromUtf8(utf8, out rune, out consumed) == OperationStatus.Done && !Rune.IsControl(rune) && !IsLineOrParagraph(rune) && rune.Value != '\\';

    // U+2028 and U+2029 end a line for some readers of logs; format characters (Cf) could reorder a terminal line.
    private static bool IsLineOrParagraph(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Format;

    private static void AppendEscaped(StringBuilder text, ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
            text.Append(CultureInfo.InvariantCulture, $"\\x{value:x2}");
    }
}
