using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace KafkaMesh.Contracts.CrdTool;

/// <summary>Writes JSON as block-style YAML that YAML 1.1 and 1.2 parsers read alike: every string that is not a plain word is quoted.</summary>
internal static class YamlText
{
    public static string Write(JsonNode document)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        var emitter = new Emitter(text, new EmitterSettings(bestIndent: 2, bestWidth: int.MaxValue, isCanonical: false, maxSimpleKeyLength: 1024));
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart(version: null, tags: null, isImplicit: true));
        Emit(emitter, document);
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        return text.ToString();
    }

    private static void Emit(Emitter emitter, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject mapping:
                emitter.Emit(new MappingStart(anchor: default, tag: default, isImplicit: true, mapping.Count == 0 ? MappingStyle.Flow : MappingStyle.Block));
                foreach (var (name, value) in mapping)
                {
                    EmitString(emitter, name);
                    Emit(emitter, value);
                }

                emitter.Emit(new MappingEnd());
                break;
            case JsonArray sequence:
                emitter.Emit(new SequenceStart(anchor: default, tag: default, isImplicit: true, sequence.Count == 0 ? SequenceStyle.Flow : SequenceStyle.Block));
                foreach (var item in sequence)
                {
                    Emit(emitter, item);
                }

                emitter.Emit(new SequenceEnd());
                break;
            case JsonValue scalar when scalar.GetValueKind() == JsonValueKind.String:
                EmitString(emitter, scalar.GetValue<string>());
                break;
            default:
                emitter.Emit(new Scalar(node?.ToJsonString() ?? "null"));
                break;
        }
    }

    private static void EmitString(Emitter emitter, string value) =>
        emitter.Emit(new Scalar(anchor: default, tag: default, value, IsPlain(value) ? ScalarStyle.Plain : ScalarStyle.SingleQuoted, isPlainImplicit: true, isQuotedImplicit: true));

    // Letters and what stands in names, beginning with a letter, and no word that YAML 1.1 takes for a boolean or null.
    private static bool IsPlain(string value) =>
        value.Length > 0
        && char.IsAsciiLetter(value[0])
        && value.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.' or '/')
        && value.ToLowerInvariant() is not ("y" or "n" or "yes" or "no" or "true" or "false" or "on" or "off" or "null");
}
