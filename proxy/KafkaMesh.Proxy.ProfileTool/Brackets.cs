namespace KafkaMesh.Proxy.ProfileTool;

/// <summary>Text with brackets in brackets.</summary>
internal static class Brackets
{
    /// <summary>Where the bracket that opens at an index closes.</summary>
    /// <exception cref="FormatException">It does not.</exception>
    public static int Close(string text, int open)
    {
        int depth = 0;
        for (int i = open; i < text.Length; i++)
        {
            depth += text[i] == '[' ? 1 : text[i] == ']' ? -1 : 0;
            if (depth == 0)
            {
                return i;
            }
        }

        throw new FormatException($"'{text}' has a bracket that is not closed");
    }

    /// <summary>The parts between commas that are in no bracket; none of an empty text.</summary>
    public static IReadOnlyList<string> Split(string text)
    {
        List<string> parts = [];
        int start = 0, depth = 0;
        for (int i = 0; i < text.Length; i++)
        {
            depth += text[i] == '[' ? 1 : text[i] == ']' ? -1 : 0;
            if (depth == 0 && text[i] == ',')
            {
                parts.Add(text[start..i]);
                start = i + 1;
            }
        }

        if (text.Length > 0)
        {
            parts.Add(text[start..]);
        }

        return parts;
    }
}
