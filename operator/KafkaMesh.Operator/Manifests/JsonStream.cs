using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using KafkaMesh.Operator.Manifests.Yaml;

namespace KafkaMesh.Operator.Manifests;

/// <summary>Reads JSON documents that stand one after another.</summary>
internal static class JsonStream
{
    private const int MaxDepth = 256;

    /// <summary>Options for documents of Kubernetes: schemas of resource definitions nest deeper than the default.</summary>
    public static JsonDocumentOptions Options { get; } = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };

    /// <summary>Reads a text.</summary>
    /// <exception cref="ManifestException">It is no JSON, or a document is no object.</exception>
    public static List<ManifestDocument> Read(string source, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var documents = new List<ManifestDocument>();
        var number = 0;
        var line = 1;
        for (var at = 0; at < bytes.Length;)
        {
            var gap = bytes.AsSpan(at).IndexOfAnyExcept(" \t\r\n"u8);
            var start = gap < 0 ? bytes.Length : at + gap;
            if (start > at)
                Add(content: null, start);
            if (start < bytes.Length)
            {
                number++;
                Add(ReadOne(source, number, line, bytes.AsSpan(start), out var length), start + length);
            }

            void Add(JsonObject? content, int end)
            {
                var part = Encoding.UTF8.GetString(bytes.AsSpan(at..end));
                documents.Add(new ManifestDocument { Source = source, Number = content is null ? 0 : number, Line = line, Text = part, Format = ManifestFormat.Json, Content = content });
                line += part.AsSpan().Count('\n');
                at = end;
            }
        }
        return documents;
    }

    private static JsonObject ReadOne(string source, int number, int line, ReadOnlySpan<byte> bytes, out int length)
    {
        length = 0;
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = MaxDepth, AllowMultipleValues = true });
        try
        {
            reader.Read();
            var isObject = reader.TokenType == JsonTokenType.StartObject;
            reader.Skip();
            length = (int)reader.BytesConsumed;
            if (!isObject)
                throw new ManifestException(source, number, line, "a Kubernetes object is a JSON object with apiVersion and kind");
            return JsonNode.Parse(bytes[..length], documentOptions: Options)!.AsObject();
        }
        catch (JsonException error)
        {
            var duplicate = length > 0 ? Duplicate(source, number, line, Encoding.UTF8.GetString(bytes[..length])) : null;
            throw duplicate ?? new ManifestException(source, number, line + (int)(error.LineNumber ?? 0), "this is no JSON: " + Reason(error));
        }
    }

    // The JSON reader does not say where a key stands twice; JSON is YAML, whose reader does.
    private static ManifestException? Duplicate(string source, int number, int line, string text)
    {
        try
        {
            if (SourceParser.Parse(text) is { } root)
                YamlJson.From(root);
            return null;
        }
        catch (ManifestSyntaxException error)
        {
            return new ManifestException(source, number, line + error.Line - 1, error.Message);
        }
    }

    // The place stands at the end of the message, counted within the document.
    private static string Reason(JsonException error)
    {
        var end = error.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return end < 0 ? error.Message : error.Message[..end];
    }
}
