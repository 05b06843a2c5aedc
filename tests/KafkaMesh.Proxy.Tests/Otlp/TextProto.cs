using System.Globalization;
using System.Text;

namespace KafkaMesh.Proxy.Tests.Otlp;

/// <summary>A message in the text format of protoc.</summary>
internal sealed class TextProto
{
    private readonly List<(string Name, TextProto? Message, string Value)> _fields = [];

    /// <summary>Reads a whole message.</summary>
    public static TextProto Read(IReadOnlyList<string> lines)
    {
        var next = 0;
        return Read(lines, ref next);
    }

    /// <summary>The messages of a field.</summary>
    public List<TextProto> All(string name) => [.. _fields.Where(field => field.Name == name).Select(field => field.Message!)];

    /// <summary>The only message of a field.</summary>
    public TextProto One(string name) => Assert.Single(All(name));

    /// <summary>Whether a field is there.</summary>
    public bool Has(string name) => _fields.Any(field => field.Name == name);

    /// <summary>The text of a field; empty when it is absent, as proto3 leaves out what is 0.</summary>
    public string Text(string name) => _fields.FirstOrDefault(field => field.Name == name).Value ?? "";

    /// <summary>The number of a field.</summary>
    public double Number(string name) => Has(name) ? double.Parse(Text(name), CultureInfo.InvariantCulture) : 0;

    /// <summary>The numbers of a field.</summary>
    public double[] Numbers(string name) => [.. _fields.Where(field => field.Name == name).Select(field => double.Parse(field.Value, CultureInfo.InvariantCulture))];

    /// <summary>Attributes by key.</summary>
    public Dictionary<string, string> Attributes() => All("attributes").ToDictionary(pair => pair.Text("key"), pair => pair.One("value").Text("string_value"));

    private static TextProto Read(IReadOnlyList<string> lines, ref int next)
    {
        var message = new TextProto();
        while (next < lines.Count)
        {
            var line = lines[next++].Trim();
            if (line == "}")
                break;
            if (line.EndsWith(" {", StringComparison.Ordinal))
            {
                message._fields.Add((line[..^2], Read(lines, ref next), ""));
                continue;
            }

            var colon = line.IndexOf(": ", StringComparison.Ordinal);
            message._fields.Add((line[..colon], null, Unquoted(line[(colon + 2)..])));
        }

        return message;
    }

    private static string Unquoted(string value)
    {
        if (value[0] != '"')
            return value;
        var bytes = new List<byte>();
        for (var i = 1; i < value.Length - 1; i++)
        {
            if (value[i] != '\\')
            {
                bytes.Add((byte)value[i]);
            }
            else if (char.IsDigit(value[i + 1]))
            {
                bytes.Add(Convert.ToByte(value.Substring(i + 1, 3), 8));
                i += 3;
            }
            else
            {
                i++;
                bytes.Add((byte)(value[i] switch { 'n' => '\n', 'r' => '\r', 't' => '\t', var other => other }));
            }
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }
}
