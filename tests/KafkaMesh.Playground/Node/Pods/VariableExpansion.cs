using System.Text;

namespace KafkaMesh.Playground.Node.Pods;

/// <summary>Expands <c>$(NAME)</c> in commands, arguments and values; <c>$$</c> is one dollar sign and an unknown name stays as it is written (core/v1, Container.args).</summary>
internal static class VariableExpansion
{
    public static string Expand(string text, IReadOnlyDictionary<string, string> variables)
    {
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '$' || i + 1 == text.Length)
            {
                result.Append(text[i]);
            }
            else if (text[i + 1] == '$')
            {
                result.Append('$');
                i++;
            }
            else if (text[i + 1] == '(' && text.IndexOf(')', i + 2) is >= 0 and var end)
            {
                result.Append(variables.TryGetValue(text[(i + 2)..end], out var value) ? value : text[i..(end + 1)]);
                i = end;
            }
            else
            {
                result.Append('$');
            }
        }
        return result.ToString();
    }
}
