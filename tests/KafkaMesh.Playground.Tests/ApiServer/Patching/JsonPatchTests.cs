using System.Text;
using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Patching;
using KafkaMesh.Playground.ApiServer.Schema;

namespace KafkaMesh.Playground.Tests.ApiServer.Patching;

public sealed class JsonPatchTests
{
    [Theory]
    [InlineData("""{"a":1}""", """[{"op":"add","path":"/b","value":2}]""", """{"a":1,"b":2}""")]
    [InlineData("""{"a":[1,3]}""", """[{"op":"add","path":"/a/1","value":2}]""", """{"a":[1,2,3]}""")]
    [InlineData("""{"a":[1]}""", """[{"op":"add","path":"/a/-","value":2}]""", """{"a":[1,2]}""")]
    [InlineData("""{"a":1}""", """[{"op":"replace","path":"/missing","value":2}]""", """{"a":1,"missing":2}""")]
    [InlineData("""{"a":{"b":1}}""", """[{"op":"move","from":"/a/b","path":"/c"}]""", """{"a":{},"c":1}""")]
    [InlineData("""{"a":{"b":[1]}}""", """[{"op":"copy","from":"/a/b","path":"/c"},{"op":"remove","path":"/a"}]""", """{"c":[1]}""")]
    [InlineData("""{"a/b":1,"c~d":2}""", """[{"op":"remove","path":"/a~1b"},{"op":"test","path":"/c~0d","value":2.0}]""", """{"c~d":2}""")]
    [InlineData("""{"a":[1,2,3]}""", """[{"op":"remove","path":"/a/-1"}]""", """{"a":[1,2]}""")]
    public void Apply_ValidOperations_Result(string document, string operations, string expected)
        => Assert.True(JsonNumber.DeepEquals(Parse(expected), JsonPatch.Apply(Parse(document), Operations(operations))));

    [Theory]
    [InlineData("""[{"op":"add","path":"/x/y","value":1}]""", """add operation does not apply: doc is missing path: "/x/y": missing value""")]
    [InlineData("""[{"op":"remove","path":"/x"}]""", "error in remove for path: '/x': Unable to remove nonexistent key: x: missing value")]
    [InlineData("""[{"op":"test","path":"/a","value":2}]""", "testing value /a failed: test failed")]
    [InlineData("""[{"op":"frob","path":"/a"}]""", "Unexpected kind: frob")]
    [InlineData("""[{"op":"add","path":"/l/99999999999","value":1}]""", "error in add for path: '/l/99999999999': Unable to access invalid index: 99999999999: invalid index referenced")]
    public void Apply_BadOperation_ServersSentence(string operations, string message)
        => Assert.Equal(message, Assert.Throws<JsonPatchException>(() => JsonPatch.Apply(Parse("""{"a":1,"l":[]}"""), Operations(operations))).Message);

    [Fact]
    public void Apply_CopyBomb_RefusedBeforeMemoryIsGone()
    {
        var operations = new StringBuilder("[");
        for (var i = 0; i < 60; i++)
        {
            operations.Append("""{"op":"copy","from":"/a","path":"/a/-"},""");
        }

        var bomb = Operations(operations.ToString().TrimEnd(',') + "]");
        var error = Assert.Throws<JsonPatchException>(() => JsonPatch.Apply(Parse("""{"a":["xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"]}"""), bomb));
        Assert.True(error.Message.Contains("exceeding the limit", StringComparison.Ordinal) || error.Message.Contains("deeper than", StringComparison.Ordinal), error.Message);
    }

    [Fact]
    public void Apply_PathOfThousandSteps_Refused()
    {
        var path = string.Concat(Enumerable.Repeat("/a", 1000));
        Assert.Throws<JsonPatchException>(() => JsonPatch.Apply(Parse("{}"), Operations($$"""[{"op":"add","path":"{{path}}","value":1}]""")));
    }

    [Fact]
    public void Apply_AnyDocument_LeavesArgumentUnchanged()
    {
        var document = Parse("""{"a":{"b":[1,2]}}""");
        JsonPatch.Apply(document, Operations("""[{"op":"remove","path":"/a/b/0"},{"op":"add","path":"/c","value":{}}]"""));
        Assert.Equal("""{"a":{"b":[1,2]}}""", document.ToJsonString());
    }

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();

    private static JsonArray Operations(string json) => JsonNode.Parse(json)!.AsArray();
}
