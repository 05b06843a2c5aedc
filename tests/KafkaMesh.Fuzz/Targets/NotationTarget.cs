using System.Text;
using KafkaMesh.Codec.SchemaTool.Model;
using KafkaMesh.Codec.SchemaTool.Notation;
using KafkaMesh.Codec.Tests;

namespace KafkaMesh.Fuzz.Targets;

/// <summary>The reader of the schema's notation: a sentence, or an API that is written as something that reads the same.</summary>
internal sealed class NotationTarget : IFuzzTarget
{
    private static readonly string[] Files = [.. SchemaFiles.Format(Repository.Schema).Where(file => char.IsAsciiDigit(file.Key[0]) && file.Value.Length < 2000).Select(file => file.Value)];

    public string Name => "notation";

    public IReadOnlyList<string> Tokens { get; } =
        ["\n", "  ", "    ", "request ", "response ", " flexible ", "none", " []", "Name string", "?", " @3+", " @2-5", " ?0+", " #0", " #1@2+", " =null", " entity:topicName", " key", " ignorable", "api 1 X\n", "[]Child", "int32"];

    public long AllocationLimit(int length) => (1 << 20) + (4000L * length);

    public byte[] MakeSeed(Random random) => Encoding.UTF8.GetBytes(Files[random.Next(Files.Length)]);

    public void Run(ReadOnlySpan<byte> input, Transcript transcript)
    {
        try
        {
            var api = NotationReader.Parse("input", Encoding.UTF8.GetString(input)).ReadApi();
            var written = NotationWriter.Write(api);
            transcript.Say(0, api.Requests.Count);
            Say(api.Requests.Concat(api.Responses).SelectMany(part => part.Fields), transcript);
            if (NotationWriter.Write(NotationReader.Parse("written", written).ReadApi()) != written)
                throw new ViolationException("what it read is written as something that reads otherwise");
        }
        catch (SchemaException fault)
        {
            transcript.SayText(1, new string([.. fault.Message.Where(c => !char.IsAsciiDigit(c)).Take(30)]));
        }
    }

    private static void Say(IEnumerable<FieldSpec> fields, Transcript transcript)
    {
        foreach (var field in fields)
        {
            transcript.Say(field.Type.Name.Length + (field.Nullable.IsNone ? 0 : 100) + (field.Tagged.IsNone ? 0 : 200) + (field.IsMapKey ? 400 : 0), field.Versions.Min);
            Say(field.Fields, transcript);
        }
    }
}
