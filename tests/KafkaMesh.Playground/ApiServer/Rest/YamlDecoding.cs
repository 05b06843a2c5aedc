using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace KafkaMesh.Playground.ApiServer.Rest;

/// <summary>Reads one YAML document into JSON nodes with the rules of Kubernetes' decoder: YAML 1.1 booleans, string keys, no aliases.</summary>
internal static class YamlDecoding
{
    private const int MaxDepth = 128;

    /// <summary>Decodes the first document; null for an empty one.</summary>
    /// <exception cref="YamlException">The text is not YAML, is too deep, or uses aliases (an alias can make a small text expand without bound).</exception>
    public static JsonNode? Decode(ReadOnlySpan<byte> utf8)
    {
        var text = Encoding.UTF8.GetString(utf8);
        RejectAliases(text);
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return stream.Documents.Count == 0 ? null : Convert(stream.Documents[0].RootNode, 0);
    }

    private static void RejectAliases(string text)
    {
        var parser = new Parser(new StringReader(text));
        var depth = 0;
        while (parser.MoveNext())
        {
            depth += parser.Current!.NestingIncrease;
            if (parser.Current is YamlDotNet.Core.Events.AnchorAlias)
            {
                throw new YamlException(parser.Current.Start, parser.Current.End, "aliases are not accepted");
            }

            if (depth > MaxDepth)
            {
                throw new YamlException(parser.Current.Start, parser.Current.End, $"the document is nested deeper than {MaxDepth}");
            }
        }
    }

    private static JsonNode? Convert(YamlNode node, int depth) => node switch
    {
        _ when depth > MaxDepth => throw new YamlException(node.Start, node.End, $"the document is nested deeper than {MaxDepth}"),
        YamlMappingNode map => ConvertMap(map, depth),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(child => Convert(child, depth + 1))]),
        YamlScalarNode scalar => ConvertScalar(scalar),
        _ => throw new YamlException(node.Start, node.End, "this kind of node is not accepted"),
    };

    private static JsonObject ConvertMap(YamlMappingNode map, int depth)
    {
        var result = new JsonObject();
        foreach (var (key, value) in map.Children)
        {
            var name = key is YamlScalarNode scalar ? scalar.Value ?? "" : throw new YamlException(key.Start, key.End, "a key must be a scalar");
            result[name] = Convert(value, depth + 1);
        }

        return result;
    }

    private static JsonValue? ConvertScalar(YamlScalarNode scalar)
    {
        var text = scalar.Value ?? "";
        if (scalar.Style is not (ScalarStyle.Plain or ScalarStyle.Any))
        {
            return JsonValue.Create(text);
        }

        return text switch
        {
            "" or "~" or "null" or "Null" or "NULL" => null,
            "true" or "True" or "TRUE" or "yes" or "Yes" or "YES" or "on" or "On" or "ON" => JsonValue.Create(true),
            "false" or "False" or "FALSE" or "no" or "No" or "NO" or "off" or "Off" or "OFF" => JsonValue.Create(false),
            _ when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => JsonValue.Create(whole),
            _ when LooksNumeric(text) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) => JsonValue.Create(real),
            _ => JsonValue.Create(text),
        };
    }

    private static bool LooksNumeric(string text) => char.IsAsciiDigit(text[0]) || (text.Length > 1 && text[0] is '-' or '+' or '.' && char.IsAsciiDigit(text[1]));
}
