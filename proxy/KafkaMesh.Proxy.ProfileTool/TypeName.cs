namespace KafkaMesh.Proxy.ProfileTool;

/// <summary>A type as the runtime's compiler prints it: <c>System.Collections.Generic.List`1+Enumerator[int]</c>, <c>System.Object[]</c>.</summary>
/// <param name="Path">Name of the outermost type with its namespace, then of those nested in it.</param>
/// <param name="Arguments">Of generic types, those of enclosing types included.</param>
/// <param name="Ranks">Of arrays, the innermost first: 1 for <c>[]</c>.</param>
internal sealed record TypeName(IReadOnlyList<string> Path, IReadOnlyList<TypeName> Arguments, IReadOnlyList<int> Ranks)
{
    /// <summary>Reads one.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static TypeName Parse(string text)
    {
        int end = text.IndexOf('[', StringComparison.Ordinal);
        string[] path = (end < 0 ? text : text[..end]).Split('+');
        IReadOnlyList<TypeName> arguments = [];
        List<int> ranks = [];
        while (end >= 0 && end < text.Length)
        {
            int close = text[end] == '[' ? Brackets.Close(text, end) : throw new FormatException($"'{text}' is no name of a type");
            string inside = text[(end + 1)..close];
            if (inside.All(c => c == ','))
            {
                ranks.Add(inside.Length + 1);
            }
            else
            {
                arguments = Brackets.Split(inside).Select(Parse).ToList();
            }

            end = close + 1;
        }

        return new TypeName(path, arguments, ranks);
    }

    /// <summary>All of it, as it was read.</summary>
    public string Text => this + (Arguments.Count == 0 ? "" : $"[{string.Join(',', Arguments.Select(argument => argument.Text))}]")
        + string.Concat(Ranks.Select(rank => $"[{new string(',', rank - 1)}]"));

    /// <inheritdoc/>
    public override string ToString() => string.Join('+', Path);
}
