using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace KafkaMesh.Operator.Manifests.Yaml;

/// <summary>Writes JSON as block-style YAML that YAML 1.1 and 1.2 read alike: what could be taken for another type is quoted.</summary>
internal static class YamlWriter
{
    /// <summary>The YAML of a value, ending in a line feed.</summary>
    /// <param name="node">The value.</param>
    /// <param name="indentSequences">Whether the items of a list stand two columns right of its key.</param>
    public static string Write(JsonNode? node, bool indentSequences = false)
    {
        var output = new StringWriter { NewLine = "\n" };
        var settings = new EmitterSettings(bestIndent: 2, bestWidth: int.MaxValue, isCanonical: false, maxSimpleKeyLength: 1024, skipAnchorName: false, indentSequences: indentSequences);
        var emitter = new Emitter(output, settings);
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart(null, null, isImplicit: true));
        Emit(emitter, node);
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        var text = output.ToString();
        var end = text.IndexOf("\n...\n", StringComparison.Ordinal);
        return end < 0 ? text : text[..(end + 1)];
    }

    /// <summary>The value on one line, as it may stand within <c>{}</c> and <c>[]</c>.</summary>
    public static string WriteFlow(JsonNode? node) => node switch
    {
        JsonObject map => "{" + string.Join(", ", map.Select(p => $"{WriteFlow(JsonValue.Create(p.Key))}: {WriteFlow(p.Value)}")) + "}",
        JsonArray list => "[" + string.Join(", ", list.Select(WriteFlow)) + "]",
        JsonValue value when value.GetValueKind() == JsonValueKind.String && YamlScalars.IsPlainText(value.GetValue<string>()) => value.GetValue<string>(),
        null => "null",
        _ => JsonText.Write(node),
    };

    private static void Emit(Emitter emitter, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject map:
                emitter.Emit(new MappingStart(AnchorName.Empty, TagName.Empty, isImplicit: true, map.Count == 0 ? MappingStyle.Flow : MappingStyle.Block));
                foreach (var (key, value) in map)
                {
                    EmitText(emitter, key, isKey: true);
                    Emit(emitter, value);
                }
                emitter.Emit(new MappingEnd());
                break;
            case JsonArray list:
                emitter.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, isImplicit: true, list.Count == 0 ? SequenceStyle.Flow : SequenceStyle.Block));
                foreach (var item in list)
                    Emit(emitter, item);
                emitter.Emit(new SequenceEnd());
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                EmitText(emitter, value.GetValue<string>(), isKey: false);
                break;
            default:
                EmitScalar(emitter, node?.ToJsonString() ?? "null", ScalarStyle.Plain);
                break;
        }
    }

    private static void EmitText(Emitter emitter, string text, bool isKey)
    {
        var style = YamlScalars.IsPlainText(text) ? ScalarStyle.Plain
            : !isKey && IsLiteral(text) ? ScalarStyle.Literal
            : text.AsSpan().IndexOfAny('"', '\\') >= 0 && text.All(IsPrintable) ? ScalarStyle.SingleQuoted
            : ScalarStyle.DoubleQuoted;
        EmitScalar(emitter, text, style);
    }

    private static void EmitScalar(Emitter emitter, string text, ScalarStyle style) =>
        emitter.Emit(new Scalar(AnchorName.Empty, TagName.Empty, text, style, isPlainImplicit: style == ScalarStyle.Plain, isQuotedImplicit: style != ScalarStyle.Plain));

    // Lines of ordinary text with at most one line feed at the end; anything stranger is safer in quotes.
    private static bool IsLiteral(string text)
    {
        var lines = text.TrimEnd('\n').Split('\n');
        return lines.Length > 1
            && text.Length - text.TrimEnd('\n').Length <= 1
            && lines[0] is [not (' ' or '\t'), ..]
            && lines.All(l => l.All(IsPrintable) && (l.Length == 0 || l[^1] is not (' ' or '\t')));
    }

    private static bool IsPrintable(char c) => c is >= ' ' and <= '~';
}
