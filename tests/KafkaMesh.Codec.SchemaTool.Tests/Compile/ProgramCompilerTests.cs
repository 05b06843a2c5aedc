using KafkaMesh.Codec.SchemaTool.Compile;
using KafkaMesh.Codec.SchemaTool.Model;
using KafkaMesh.Codec.SchemaTool.Notation;

namespace KafkaMesh.Codec.SchemaTool.Tests.Compile;

public sealed class ProgramCompilerTests
{
    [Fact]
    public void Compile_NeighbouringNumbersWithoutMeaning_AreOneSkip() =>
        Assert.Equal([(byte)Opcode.Skip, 15, (byte)Opcode.End], Compile("  A int8\n  B int64\n  C int32\n  D uint16\n"));

    [Fact]
    public void Compile_LongRunOfFixedFields_IsSplitIntoSkips() => Assert.Equal(
        [(byte)Opcode.Skip, 255, (byte)Opcode.Skip, 1, (byte)Opcode.End],
        Compile(string.Concat(Enumerable.Range(0, 16).Select(i => $"  F{i} uuid\n"))));

    [Fact]
    public void Compile_ArrayOfPartitions_CarriesMeaningScopeAndLeastSize() => Assert.Equal(
        [
            (byte)Opcode.Array, 0, 6, 0, 7,
            (byte)Opcode.Int32, (byte)FieldSemantic.PartitionIndex, (byte)Opcode.Int16, (byte)FieldSemantic.PartitionErrorCode,
            (byte)Opcode.ScopeEnd, (byte)FieldScopes.Partition, (byte)Opcode.Next, (byte)Opcode.End,
        ],
        Compile("  P []Partition\n    PartitionIndex int32\n    ErrorCode int16\n"));

    [Fact]
    public void Compile_TaggedNumberWithMeaning_IsKnown() => Assert.Equal(
        [(byte)Opcode.KnownTags, 1, 3, sizeof(short), (byte)FieldSemantic.ErrorCode, (byte)Opcode.End],
        Compile("  ConfigErrorCode int16 #3\n  Other int16 #4\n  Name string #5 entity:topicName\n", flexible: " flexible 0"));

    [Fact]
    public void Compile_TaggedStructureThatBeginsWithTheReplica_IsKnownByIt() => Assert.Equal(
        [(byte)Opcode.KnownTags, 1, 2, sizeof(int), (byte)FieldSemantic.ReplicaId, (byte)Opcode.End],
        Compile(
            "  A State #1\n    Epoch int64\n    ReplicaId int32\n  B State #2\n    ReplicaId int32\n    Epoch int64\n  C State? #3\n    ReplicaId int32\n  D []State #4\n    ReplicaId int32\n",
            flexible: " flexible 0",
            kind: MessageKind.Request));

    [Fact]
    public void Compile_ErrorThatSaysOnlyWhatMayNotBeSeen_IsNoError() => Assert.Equal(
        [(byte)Opcode.Tags, (byte)Opcode.End],
        Compile("  TopicConfigErrorCode int16 #0\n", flexible: " flexible 0"));

    [Fact]
    public void Compile_TextsBehindTheNumberThatSaysWhatTheyAre_AreChosen() => Assert.Equal(
        [
            (byte)Opcode.Choose, 2, 0, (byte)FieldSemantic.GroupId, 1, (byte)FieldSemantic.TransactionalId,
            (byte)Opcode.Array, 0, 2, 0, 4, (byte)Opcode.String, (byte)TextChoice.Chosen, (byte)Opcode.ChosenScopeEnd, (byte)Opcode.Next, (byte)Opcode.End,
        ],
        Compile("  KeyType int8\n  CoordinatorKeys []string\n"));

    [Fact]
    public void Compile_TextRightBeforeTheNumber_IsKept() => Assert.Equal(
        [(byte)Opcode.String, (byte)TextChoice.Kept, (byte)Opcode.ChooseKept, 2, 0, (byte)FieldSemantic.GroupId, 1, (byte)FieldSemantic.TransactionalId, (byte)Opcode.End],
        Compile("  Key string\n  KeyType int8\n"));

    [Fact]
    public void Compile_NumberThatTheVersionLacks_HasItsDefault() => Assert.Equal(
        [(byte)Opcode.String, (byte)FieldSemantic.TransactionalId, (byte)Opcode.End], Compile("  Key string\n  KeyType int8 #0 @1 =1\n"));

    [Theory]
    [InlineData("  Key string\n  Other int32\n  KeyType int8\n")]
    [InlineData("  Key string?\n  KeyType int8\n")]
    [InlineData("  CoordinatorKeys []string\n  KeyType int8\n")]
    public void Compile_TextThatCannotBeKeptForItsNumber_IsAFault(string fields) => Assert.Contains(
        "KeyType says what it means", Assert.Throws<SchemaException>(() => Compile(fields)).Message, StringComparison.Ordinal);

    [Fact]
    public void Compile_ElementsWithoutBytes_AreAFault() => Assert.Contains(
        "its elements take no bytes", Assert.Throws<SchemaException>(() => Compile("  P []Nothing\n")).Message, StringComparison.Ordinal);

    [Fact]
    public void Compile_TooDeepArrays_AreAFault()
    {
        var text = string.Concat(Enumerable.Range(1, 9).Select(depth => $"{new string(' ', depth * 2)}A{depth} []Level{depth}\n")) + new string(' ', 20) + "B int8\n";
        Assert.Contains("nest deeper than 8", Assert.Throws<SchemaException>(() => Compile(text)).Message, StringComparison.Ordinal);
    }

    private static byte[] Compile(string fields, string flexible = "", MessageKind kind = MessageKind.Response)
    {
        using var directory = new TemporaryDirectory();
        var isRequest = kind == MessageKind.Request;
        var api = NotationReader.Open(directory.Write("005-Test.kms", $"api 5 Test\n\n{(isRequest ? "request" : "response")} 0{flexible}\n{fields}")).ReadApi();
        return ProgramCompiler.Compile((isRequest ? api.Requests : api.Responses)[0], kind, 0);
    }
}
