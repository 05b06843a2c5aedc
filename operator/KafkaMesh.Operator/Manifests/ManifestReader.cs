using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using KafkaMesh.Operator.Manifests.Yaml;

namespace KafkaMesh.Operator.Manifests;

/// <summary>Reads manifest files as kubectl does: YAML documents between lines <c>---</c>, or JSON documents one after another.</summary>
internal static class ManifestReader
{
    /// <summary>Largest file that is read; the API server takes objects of at most 1.5 MiB.</summary>
    public const int MaxBytes = 64 * 1024 * 1024;

    /// <summary>Reads a file's bytes.</summary>
    /// <param name="source">How to call the file in messages.</param>
    /// <param name="bytes">Its bytes.</param>
    /// <exception cref="ManifestException">They are no UTF-8, YAML or JSON, or a document is no object.</exception>
    public static ManifestFile Read(string source, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MaxBytes)
            throw new ManifestException(source, 0, 1, $"the file has {bytes.Length} bytes; at most {MaxBytes} are read");
        var hasMark = bytes.StartsWith("\uFEFF"u8);
        var text = Decode(source, hasMark ? bytes[3..] : bytes);
        return new ManifestFile(source, hasMark, LooksLikeJson(text) ? ReadJson(source, text) : ReadYaml(source, text));
    }

    private static string Decode(string source, ReadOnlySpan<byte> bytes)
    {
        var line = 1;
        for (var at = 0; at < bytes.Length;)
        {
            if (Rune.DecodeFromUtf8(bytes[at..], out _, out var length) != OperationStatus.Done)
                throw new ManifestException(source, 0, line, $"byte 0x{bytes[at]:x2} is not UTF-8; save the file as UTF-8");
            line += bytes[at] == '\n' ? 1 : 0;
            at += length;
        }
        return Encoding.UTF8.GetString(bytes);
    }

    private static bool LooksLikeJson(string text) => text.AsSpan().TrimStart() is ['{' or '[', ..];

    // A flow mapping of YAML begins with a brace too. A quote behind it is what JSON has.
    private static List<ManifestDocument> ReadJson(string source, string text)
    {
        try
        {
            return JsonStream.Read(source, text);
        }
        catch (ManifestException jsonProblem)
        {
            try
            {
                return ReadYaml(source, text);
            }
            catch (ManifestException yamlProblem)
            {
                throw text.AsSpan().TrimStart()[1..].TrimStart() is ['"', ..] ? jsonProblem : yamlProblem;
            }
        }
    }

    private static List<ManifestDocument> ReadYaml(string source, string text)
    {
        var documents = new List<ManifestDocument>();
        var number = 0;
        var line = 1;
        foreach (var part in SplitYaml(text))
        {
            var content = ReadYamlDocument(source, part, number + 1, line);
            number += content is null ? 0 : 1;
            documents.Add(new ManifestDocument { Source = source, Number = content is null ? 0 : number, Line = line, Text = part, Format = ManifestFormat.Yaml, Content = content });
            line += part.AsSpan().Count('\n');
        }
        return documents;
    }

    private static JsonObject? ReadYamlDocument(string source, string text, int number, int line)
    {
        // Directives stand in the part before their document, where kubectl does not see them either.
        if (text.Split('\n').All(l => l.Length == 0 || l[0] is '#' or '%' or '\r' || string.IsNullOrWhiteSpace(l)))
            return null;
        try
        {
            var root = SourceParser.Parse(text);
            var json = root is null ? null : YamlJson.From(root);
            return json switch
            {
                null => null,
                JsonObject => JsonNode.Parse(json.ToJsonString(), documentOptions: JsonStream.Options)!.AsObject(),
                _ => throw new ManifestSyntaxException(root!.Line, $"a Kubernetes object is a mapping with apiVersion and kind; this is {(json is JsonArray ? "a list" : "a single value")}"),
            };
        }
        catch (ManifestSyntaxException error)
        {
            throw new ManifestException(source, number, line + error.Line - 1, error.Message);
        }
    }

    /// <summary>
    /// Splits before every line <c>---</c> and after every line <c>...</c>. Neither can stand at the start of a line within a
    /// document: YAML forbids it in every kind of scalar.
    /// </summary>
    private static List<string> SplitYaml(string text)
    {
        var parts = new List<string>();
        var start = 0;
        for (var line = 0; line < text.Length;)
        {
            var feed = text.IndexOf('\n', line);
            var next = feed < 0 ? text.Length : feed + 1;
            if (IsMarker(text, line, "---") && line > start)
            {
                parts.Add(text[start..line]);
                start = line;
            }
            else if (IsMarker(text, line, "..."))
            {
                parts.Add(text[start..next]);
                start = next;
            }
            line = next;
        }
        if (start < text.Length)
            parts.Add(text[start..]);
        return parts;
    }

    private static bool IsMarker(string text, int line, string marker) =>
        text.AsSpan(line).StartsWith(marker) && (line + 3 == text.Length || text[line + 3] is ' ' or '\t' or '\r' or '\n');
}
