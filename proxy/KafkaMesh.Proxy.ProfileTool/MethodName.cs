namespace KafkaMesh.Proxy.ProfileTool;

/// <summary>A method as the runtime's compiler prints it: <c>System.Array:Resize[int](byref,int)</c>, with what it returns behind it or not.</summary>
/// <param name="Type">Declares it.</param>
/// <param name="Name">Its name.</param>
/// <param name="Arguments">Of generic methods.</param>
/// <param name="ParameterCount">How many it takes, <c>this</c> not counted.</param>
internal sealed record MethodName(TypeName Type, string Name, IReadOnlyList<TypeName> Arguments, int ParameterCount)
{
    /// <summary>Reads one.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static MethodName Parse(string line)
    {
        int open = Find(line, '(', 0), colon = Find(line, ':', 0), close = Find(line, ')', open);
        if (colon < 1 || open < colon || close < 0)
        {
            throw new FormatException($"'{line}' is no method: Type:Name(types of parameters)");
        }

        string name = line[(colon + 1)..open];
        IReadOnlyList<TypeName> arguments = [];
        int bracket = name.IndexOf('[', StringComparison.Ordinal);
        if (bracket > 0 && Brackets.Close(name, bracket) == name.Length - 1)
        {
            arguments = Brackets.Split(name[(bracket + 1)..^1]).Select(TypeName.Parse).ToList();
            name = name[..bracket];
        }

        return new MethodName(TypeName.Parse(line[..colon]), name, arguments, Brackets.Split(line[(open + 1)..close]).Count);
    }

    private static int Find(string line, char wanted, int from)
    {
        int depth = 0;
        for (int i = Math.Max(0, from); i < line.Length; i++)
        {
            depth += line[i] == '[' ? 1 : line[i] == ']' ? -1 : 0;
            if (depth == 0 && line[i] == wanted)
            {
                return i;
            }
        }

        return -1;
    }
}
