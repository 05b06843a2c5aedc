using System.Globalization;
using System.Text.Json;
using KafkaMesh.Codec.Tests.Bodies;

namespace KafkaMesh.Codec.Tests.Definitions;

/// <summary>
/// Kafka's own message definitions, read here a second time and by nothing that the schema tool has: what the import gets wrong
/// would otherwise be wrong in the tests as well.
/// </summary>
internal sealed class KafkaDefinitions
{
    private static readonly JsonDocumentOptions Options = new() { CommentHandling = JsonCommentHandling.Skip };
    private readonly List<JsonElement> _messages = [];

    /// <summary>Reads layers, newest release first.</summary>
    public KafkaDefinitions(IEnumerable<string> layers)
    {
        foreach (var file in layers.SelectMany(layer => Directory.GetFiles(layer, "*.json"))) _messages.Add(JsonDocument.Parse(File.ReadAllBytes(file), Options).RootElement);
    }

    /// <summary>The definition of a version: of the newest release that has it.</summary>
    public JsonElement Find(Target target) => All(target.ApiKey, target.Kind).First(message => Contains(message, "validVersions", target.Version));

    /// <summary>The definition of a message that others carry as bytes.</summary>
    public JsonElement FindData(string name, int version) => _messages.First(message => message.GetProperty("name").GetString() == name && Contains(message, "validVersions", version));

    /// <summary>API keys of a kind of message, with the versions that any release has.</summary>
    public IEnumerable<(short ApiKey, int Version)> Versions(MessageKind kind) => _messages
        .Where(message => message.GetProperty("type").GetString() == TypeOf(kind))
        .SelectMany(message => Enumerable.Range(0, 100).Where(version => Contains(message, "validVersions", version)).Select(version => (message.GetProperty("apiKey").GetInt16(), version)))
        .Distinct();

    /// <summary>Whether a version is in the range that a property holds: <c>N</c>, <c>N-M</c>, <c>N+</c> or <c>none</c>; an absent one is none.</summary>
    public static bool Contains(JsonElement element, string property, int version)
    {
        if (!element.TryGetProperty(property, out var value) || value.GetString() is not { } text || text == "none") return false;
        if (text.EndsWith('+')) return version >= Number(text[..^1]);
        var ends = text.Split('-');
        return version >= Number(ends[0]) && version <= Number(ends[^1]);
    }

    private IEnumerable<JsonElement> All(short apiKey, MessageKind kind) =>
        _messages.Where(message => message.GetProperty("type").GetString() == TypeOf(kind) && message.GetProperty("apiKey").GetInt16() == apiKey);

    private static string TypeOf(MessageKind kind) => kind == MessageKind.Request ? "request" : "response";

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
