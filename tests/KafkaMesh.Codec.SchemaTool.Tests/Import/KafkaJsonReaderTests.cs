using System.Text;
using KafkaMesh.Codec.SchemaTool.Import;
using KafkaMesh.Codec.SchemaTool.Model;

namespace KafkaMesh.Codec.SchemaTool.Tests.Import;

/// <summary>The quirks of Kafka's releases, and the faults that must stop an import.</summary>
public sealed class KafkaJsonReaderTests
{
    private const string Head = """{"apiKey": 9, "type": "request", "name": "TestRequest", "validVersions": "0-4", "flexibleVersions": "2+", "fields": """;

    [Fact]
    public void Read_Comments_AreSkipped() =>
        Assert.Equal("A", Field("""{"name": "A", "type": "int8", "versions": "0+"} // behind a value""" + "\n").Name);

    [Fact]
    public void Read_BracketsBehindTheObject_AreIgnored() => Assert.NotNull(Read(Head + "[]}\n]}"));

    [Fact]
    public void Read_TagAndIgnorableAsStrings_AreAccepted()
    {
        var field = Field("""{"name": "A", "type": "int8", "versions": "2+", "taggedVersions": "2+", "tag": "3", "ignorable": "true"}""");
        Assert.Equal((3, true, new VersionRange(2, 4)), (field.Tag, field.IsIgnorable, field.Tagged));
    }

    [Fact]
    public void Read_RepeatedAttribute_LastCounts() =>
        Assert.Equal(new VersionRange(1, 4), Field("""{"name": "A", "type": "int8", "versions": "0+", "versions": "1+"}""").Versions);

    [Theory]
    [InlineData("5", "5")]
    [InlineData("\"5\"", "5")]
    [InlineData("true", "true")]
    [InlineData("\"null\"", "null")]
    [InlineData("\"0x7fffffff\"", "0x7fffffff")]
    public void Read_DefaultOfAnyScalar_IsKeptAsText(string json, string expected) =>
        Assert.Equal(expected, Field($$"""{"name": "A", "type": "int32", "versions": "0+", "default": {{json}}}""").Default);

    [Fact]
    public void Read_TaggedWithoutVersions_HasTheTaggedOnes() =>
        Assert.Equal(new VersionRange(3, 4), Field("""{"name": "A", "type": "int8", "tag": 0, "taggedVersions": "3+"}""").Versions);

    [Fact]
    public void Read_VersionsWithSpaces_AreTrimmed() => Assert.Equal(new VersionRange(1, 2), Field("""{"name": "A", "type": "int8", "versions": " 1-2 "}""").Versions);

    [Fact]
    public void Read_NoValidVersions_HasNone() =>
        Assert.True(Read("""{"apiKey": 4, "type": "request", "name": "LeaderAndIsrRequest", "validVersions": "none"}""")!.Versions.IsNone);

    [Fact]
    public void Read_WithoutFlexibleVersions_IsNeverFlexible() =>
        Assert.True(Read("""{"apiKey": 4, "type": "request", "name": "X", "validVersions": "0-1", "fields": []}""")!.Flexible.IsNone);

    [Fact]
    public void Read_OtherType_IsIgnored() => Assert.Null(Read("""{"apiKey": 4, "type": "metadata", "name": "X", "validVersions": "0", "fields": []}"""));

    [Fact]
    public void Read_CommonStruct_IsPutInPlace()
    {
        var message = Read(Head + """
            [{"name": "T", "type": "[]Topic", "versions": "1+"}],
            "commonStructs": [{"name": "Topic", "versions": "0+", "fields": [{"name": "P", "type": "int32", "versions": "0+"}]}]}
            """)!;
        var child = Assert.Single(Assert.Single(message.Fields).Fields);
        Assert.Equal(("P", new VersionRange(1, 4)), (child.Name, child.Versions));
    }

    [Theory]
    [InlineData("""{"name": "A", "type": "int8", "versions": "0+", "colour": "red"}""", "test.json: field A: has the unknown attribute 'colour'.")]
    [InlineData("""{"name": "A", "type": "int7", "versions": "0+"}""", "test.json: field A: 'type': type 'int7' is unknown.")]
    [InlineData("""{"name": "A", "type": "int8"}""", "test.json: field A: 'versions' is missing.")]
    [InlineData("""{"name": "A", "type": "int8", "versions": "x"}""", "test.json: field A: 'versions': versions 'x' are none of N, N-M, N+ and none.")]
    [InlineData("""{"name": "A", "type": "int8", "versions": "0+", "taggedVersions": "2+"}""", "test.json: field A: has taggedVersions but no tag.")]
    [InlineData("""{"name": "A", "type": "Missing", "versions": "0+"}""", "test.json: field A: structure Missing is not defined.")]
    [InlineData("""{"name": "A", "type": "int8", "versions": "0+", "ignorable": "perhaps"}""", "test.json: field A: 'ignorable' is neither true nor false.")]
    [InlineData("""{"name": "A", "type": "string", "versions": "0+", "flexibleVersions": "1+"}""", "test.json: field A: flexibleVersions of a field can only be none.")]
    public void Read_FaultyField_NamesFileFieldAndFault(string field, string message) =>
        Assert.Equal(message, Assert.Throws<SchemaException>(() => Field(field)).Message);

    [Fact]
    public void Read_UnknownMessageAttribute_IsAFault() => Assert.Equal(
        "test.json: the message: has the unknown attribute 'mood'.",
        Assert.Throws<SchemaException>(() => Read(Head + """[], "mood": 1}""")).Message);

    [Fact]
    public void Read_StructInsideItself_IsAFault()
    {
        const string Recursive = Head + """
            [{"name": "N", "type": "Node", "versions": "0+"}],
            "commonStructs": [{"name": "Node", "versions": "0+", "fields": [{"name": "N", "type": "[]Node", "versions": "0+"}]}]}
            """;
        Assert.Equal("test.json: field N: structure Node contains itself.", Assert.Throws<SchemaException>(() => Read(Recursive)).Message);
    }

    [Fact]
    public void Read_NotJson_IsAFault() => Assert.StartsWith("test.json: not JSON: ", Assert.Throws<SchemaException>(() => Read("hello")).Message, StringComparison.Ordinal);

    private static FieldSpec Field(string json) => Assert.Single(Read(Head + "[" + json + "]}")!.Fields);

    private static MessageSpec? Read(string json) => KafkaJsonReader.Read("test.json", Encoding.UTF8.GetBytes(json));
}
