using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace KafkaMesh.Kubernetes.Configuration;

/// <summary>A place in a kubeconfig file that knows its path, so that every complaint can name it.</summary>
/// <param name="File">The file.</param>
/// <param name="Where">Path within it, <c>users[2].user.exec</c>.</param>
/// <param name="Node">The YAML.</param>
internal sealed record KubeConfigNode(string File, string Where, YamlNode Node)
{
    public KubeConfigNode? Child(string key)
    {
        if (Node is not YamlMappingNode mapping)
        {
            throw Wrong($"must be a mapping to hold '{key}'");
        }

        return mapping.Children.TryGetValue(new YamlScalarNode(key), out var child) && child is not YamlScalarNode { Value: null or "" or "null" or "~" }
            ? new KubeConfigNode(File, Where.Length == 0 ? key : $"{Where}.{key}", child)
            : null;
    }

    public string? Text(string key) => Child(key)?.Scalar();

    public string Required(string key) => Text(key) ?? throw Wrong($"needs '{key}'");

    public bool Flag(string key) => Child(key) switch
    {
        null => false,
        var child => bool.TryParse(child.Scalar(), out var value) ? value : throw child.Wrong("must be true or false"),
    };

    public byte[]? Bytes(string key)
    {
        if (Child(key) is not { } child)
        {
            return null;
        }

        try
        {
            return Convert.FromBase64String(child.Scalar());
        }
        catch (FormatException)
        {
            throw child.Wrong("must be base64");
        }
    }

    public IEnumerable<KubeConfigNode> Items(string key)
    {
        if (Child(key) is not { } child)
        {
            return [];
        }

        return child.Node is YamlSequenceNode sequence
            ? sequence.Children.Select((item, index) => new KubeConfigNode(File, $"{child.Where}[{index}]", item))
            : throw child.Wrong("must be a list");
    }

    /// <summary>Entries of a list of <c>{name, value}</c>; an entry without value is an empty mapping.</summary>
    public IEnumerable<(string Name, KubeConfigNode Value)> NamedEntries(string list, string value) =>
        Items(list).Select(item => (item.Required("name"), item.Child(value) ?? new KubeConfigNode(File, $"{item.Where}.{value}", new YamlMappingNode())));

    /// <summary>Complains about a key that must not be there.</summary>
    public void Refuse(string key, string why)
    {
        if (Child(key) is { } child)
        {
            throw child.Wrong(why);
        }
    }

    /// <summary>The same in JSON; plain scalars by YAML's core schema, the rest is text.</summary>
    public JsonNode? ToJson() => ToJson(Node);

    private JsonNode? ToJson(YamlNode node) => node switch
    {
        YamlMappingNode mapping => new JsonObject(mapping.Children.Select(pair => KeyValuePair.Create(KeyOf(pair.Key), ToJson(pair.Value)))),
        YamlSequenceNode sequence => new JsonArray([.. sequence.Children.Select(ToJson)]),
        YamlScalarNode { Style: not ScalarStyle.Plain, Value: { } text } => JsonValue.Create(text),
        YamlScalarNode { Value: null or "" or "~" or "null" } => null,
        YamlScalarNode { Value: "true" or "false" } flag => JsonValue.Create(flag.Value == "true"),
        YamlScalarNode scalar when long.TryParse(scalar.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => JsonValue.Create(whole),
        YamlScalarNode scalar when double.TryParse(scalar.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) =>
            JsonValue.Create(number),
        YamlScalarNode scalar => JsonValue.Create(scalar.Value),
        _ => throw Wrong("must be plain YAML"),
    };

    private string KeyOf(YamlNode key) => (key as YamlScalarNode)?.Value ?? throw Wrong("must have texts as keys");

    public string Scalar() => Node is YamlScalarNode { Value: { } value } ? value : throw Wrong("must be a text");

    private KubeConfigException Wrong(string what) => new($"The kubeconfig {File} is wrong: {(Where.Length == 0 ? "the document" : Where)} {what}.");
}
