using KafkaMesh.Codec.SchemaTool.Compile;
using KafkaMesh.Codec.SchemaTool.Emit;
using KafkaMesh.Codec.SchemaTool.Notation;

namespace KafkaMesh.Codec.SchemaTool.Tests.Emit;

public sealed class HotClosingsTests
{
    private const string Partitions = "  Topics []Topic\n    Name string entity:topicName\n    Partitions []Partition\n      Index int32\n      Records records\n";

    [Fact]
    public void NumberOf_OnlyEndsBehindTheRecords_IsTheSameForTheSameEnds()
    {
        var closings = new HotClosings();
        Assert.Equal(1, NumberOf(closings, Partitions, isFlexible: false));
        Assert.Equal(2, NumberOf(closings, Partitions, isFlexible: true));
        Assert.Equal(1, NumberOf(closings, "  Before int64\n" + Partitions, isFlexible: false));
    }

    [Theory]
    [InlineData("      Other int8\n")]
    [InlineData("    Other int8\n")]
    [InlineData("  Other string\n")]
    [InlineData("  Others []int32\n")]
    public void NumberOf_AFieldBehindTheRecords_IsNone(string field)
    {
        var closings = new HotClosings();
        Assert.Equal(0, NumberOf(closings, Partitions + field, isFlexible: false));
        Assert.Equal(0, NumberOf(closings, Partitions + field, isFlexible: true));
    }

    private static int NumberOf(HotClosings closings, string fields, bool isFlexible)
    {
        using var directory = new TemporaryDirectory();
        var text = $"api 5 Test\n\nresponse 0{(isFlexible ? " flexible 0" : "")}\n{fields}";
        var api = NotationReader.Open(directory.Write("005-Test.kms", text)).ReadApi();
        var program = Instruction.ReadProgram([.. ProgramCompiler.Compile(api.Responses[0], MessageKind.Response, 0)], 0);
        return closings.NumberOf(program, program.Single(one => one.IsRecords));
    }
}
