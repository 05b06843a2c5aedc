using System.Text;
using KafkaMesh.Codec.SchemaTool.Import;
using KafkaMesh.Codec.SchemaTool.Model;

namespace KafkaMesh.Fuzz.Targets;

/// <summary>The reader of Kafka's own definitions: a message, or a sentence.</summary>
internal sealed class DefinitionTarget : IFuzzTarget
{
    private const string Seed = """
        // A comment.
        {"apiKey": 12, "type": "request", "name": "XRequest", "validVersions": "0-4", "flexibleVersions": "4+", "listeners": ["broker"],
         "fields": [
          {"name": "A", "type": "string", "versions": "0+", "entityType": "groupId", "about": "Text."},
          {"name": "B", "type": "[]Child", "versions": "1+", "nullableVersions": "2+", "default": "null", "fields": [
            {"name": "C", "type": "int32", "versions": "1+", "default": "-1", "ignorable": true, "mapKey": true}]},
          {"name": "D", "type": "Common", "versions": "4+", "tag": 0, "taggedVersions": "4+"}],
         "commonStructs": [{"name": "Common", "versions": "4+", "fields": [{"name": "E", "type": "uuid", "versions": "4+"}]}]}
        """;

    public string Name => "definition";

    public IReadOnlyList<string> Tokens { get; } =
        ["null", "true", "1", "\"0+\"", "\"none\"", "\"3-1\"", "[]", "{}", "\"fields\": ", "\"type\": ", "\"[]int32\"", "\"Common\"", "\"Child\"", "//", ",", "]}", "\"tag\": \"0\"", "\"versions\": \"99999\""];

    public long AllocationLimit(int length) => (1 << 20) + (4000L * length);

    public byte[] MakeSeed(Random random) => Encoding.UTF8.GetBytes(Seed);

    public void Run(ReadOnlySpan<byte> input, Transcript transcript)
    {
        try
        {
            var message = KafkaJsonReader.Read("input", input);
            transcript.Say(0, message?.Fields.Count ?? -1);
        }
        catch (SchemaException fault)
        {
            transcript.SayText(1, new string([.. fault.Message.Where(c => !char.IsAsciiDigit(c)).Take(60)]));
        }
    }
}
