using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace KafkaMesh.Playground.ApiServer.Rest;

/// <summary>Writes JSON nodes as YAML with sorted keys, quoting every text that YAML 1.1 would read as something else.</summary>
internal static class YamlEncoding
{
    private static readonly string[] SpecialWords = ["y", "n", "yes", "no", "on", "off", "true", "false", "null", "~"];

    /// <summary>The YAML text of a node, ending with a line break.</summary>
    public static string Encode(JsonNode node)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        var emitter = new Emitter(text, EmitterSettings.Default.WithMaxSimpleKeyLength(1024).WithBestWidth(int.MaxValue));
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart(null, null, isImplicit: true));
        Emit(emitter, node);
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        var yaml = text.ToString().Replace("\r\n", "\n", StringComparison.Ordinal);
        return yaml.EndsWith("...\n", StringComparison.Ordinal) ? yaml[..^4] : yaml;
    }

    private static void Emit(Emitter emitter, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject { Count: > 0 } obj:
                emitter.Emit(new MappingStart(AnchorName.Empty, TagName.Empty, true, MappingStyle.Block));
                foreach (var (key, value) in obj.OrderBy(p => p.Key, StringComparer.Ordinal))
                {
                    EmitText(emitter, key);
                    Emit(emitter, value);
                }

                emitter.Emit(new MappingEnd());
                break;
            case JsonObject:
                emitter.Emit(new MappingStart(AnchorName.Empty, TagName.Empty, true, MappingStyle.Flow));
                emitter.Emit(new MappingEnd());
                break;
            case JsonArray array:
                emitter.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, true, array.Count > 0 ? SequenceStyle.Block : SequenceStyle.Flow));
                foreach (var item in array)
                {
                    Emit(emitter, item);
                }

                emitter.Emit(new SequenceEnd());
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                EmitText(emitter, value.GetValue<string>());
                break;
            default:
                emitter.Emit(new Scalar(AnchorName.Empty, TagName.Empty, node?.ToJsonString() ?? "null", ScalarStyle.Plain, true, false));
                break;
        }
    }

    private static void EmitText(Emitter emitter, string text)
    {
        var style = text switch
        {
            _ when text.Contains('\n', StringComparison.Ordinal) => ScalarStyle.Literal,
            _ when ReadsAsOtherType(text) => ScalarStyle.DoubleQuoted,
            _ => ScalarStyle.Any,
        };
        emitter.Emit(new Scalar(AnchorName.Empty, TagName.Empty, text, style, isPlainImplicit: true, isQuotedImplicit: true));
    }

    private static bool ReadsAsOtherType(string text) =>
        text.Length == 0
        || SpecialWords.Contains(text, StringComparer.OrdinalIgnoreCase)
        || double.TryParse(text, NumberStyles.Any, CultureInfo.InvariantCulture, out _)
        || DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out _);
}
