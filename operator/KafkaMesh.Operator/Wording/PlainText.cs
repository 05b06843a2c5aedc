using System.Globalization;
using System.Text;

namespace KafkaMesh.Operator.Wording;

/// <summary>Text from outside as a terminal and a log may show it.</summary>
internal static class PlainText
{
    /// <summary>Without control and direction characters, which could rewrite a screen or begin a line: each becomes U+FFFD.</summary>
    public static string Of(string text)
    {
        var plain = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
            plain.Append(Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator ? "\uFFFD" : rune.ToString());
        return plain.ToString();
    }
}
