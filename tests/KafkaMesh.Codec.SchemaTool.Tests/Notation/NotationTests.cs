using KafkaMesh.Codec.SchemaTool.Model;
using KafkaMesh.Codec.SchemaTool.Notation;

namespace KafkaMesh.Codec.SchemaTool.Tests.Notation;

public sealed class NotationTests
{
    [Fact]
    public void Format_LoadedSchema_GivesTheSameFiles()
    {
        var formatted = SchemaFiles.Format(SchemaFiles.Load(TestPaths.Schema));
        Assert.Equal(Directory.GetFiles(TestPaths.Schema).Select(Path.GetFileName).Order(StringComparer.Ordinal), formatted.Keys);
        Assert.All(formatted, file => Assert.Equal(File.ReadAllText(Path.Combine(TestPaths.Schema, file.Key)), file.Value));
    }

    [Fact]
    public void ReadApi_EveryAttribute_SurvivesWriting()
    {
        const string Text = """
            api 5 Test

            request 2-6 flexible 4-6
              A string?
              B []Topic @3-6 ?4-6 ignorable
                C int32 key entity:brokerId
                D string @4-6 =x ignorable
              E int16 @2-6 #7@5-6 =-1
              F string @3-4 = never-flexible

            response 2-6 flexible 4-6
              G Info? #0 @4-6
                H bool

            """;
        using var directory = new TemporaryDirectory();
        var api = NotationReader.Open(directory.Write("005-Test.kms", Text.ReplaceLineEndings("\n"))).ReadApi();
        var field = api.Requests[0].Fields[2];
        Assert.Equal((7, new VersionRange(5, 6), new VersionRange(2, 6), "-1"), (field.Tag, field.Tagged, field.Versions, field.Default));
        Assert.Equal(new VersionRange(4, 6), api.Responses[0].Fields[0].Nullable);
        var written = directory.Write("again.kms", NotationWriter.Write(api));
        Assert.Equal(NotationWriter.Write(api), NotationWriter.Write(NotationReader.Open(written).ReadApi()));
        Assert.Contains("B []Topic @3-6 ?4-6 ignorable", NotationWriter.Write(api), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("apis 5 Test\n", "bad.kms: line 1: expected 'api KEY NAME'.")]
    [InlineData("api x Test\n", "bad.kms: line 1: 'x' is not a number.")]
    [InlineData("api 5 Test\n\nrequests 0\n", "bad.kms: line 3: expected request, response, header or data.")]
    [InlineData("api 5 Test\n\nrequest 0 1\n", "bad.kms: line 3: expected 'VERSIONS [flexible VERSIONS]'.")]
    [InlineData("api 5 Test\n\nrequest 0\n  A\n", "bad.kms: line 4: expected 'NAME TYPE'.")]
    [InlineData("api 5 Test\n\nrequest 0\n  A int9\n", "bad.kms: line 4: type 'int9' is unknown.")]
    [InlineData("api 5 Test\n\nrequest 0\n  A int8 shiny\n", "bad.kms: line 4: 'shiny' is not an attribute.")]
    [InlineData("api 5 Test\n\nrequest 0\n  A int8 @3-1\n", "bad.kms: line 4: versions '3-1' end before they start.")]
    [InlineData("api 5 Test\n\nrequest 0\n      A int8\n", "bad.kms: line 4: expected request, response, header or data.")]
    public void ReadApi_Malformed_NamesFileAndLine(string text, string message)
    {
        using var directory = new TemporaryDirectory();
        var file = directory.Write("bad.kms", text);
        Assert.Equal(message, Assert.Throws<SchemaException>(() => NotationReader.Open(file).ReadApi()).Message);
    }

    [Fact]
    public void Load_EmptyDirectory_IsAFault()
    {
        using var directory = new TemporaryDirectory();
        Assert.Contains("import Kafka's definitions first", Assert.Throws<SchemaException>(() => SchemaFiles.Load(directory.Path)).Message, StringComparison.Ordinal);
    }
}
