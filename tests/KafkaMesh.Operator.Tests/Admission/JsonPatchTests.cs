using System.Text.Json.Nodes;
using KafkaMesh.Operator.Admission.Patching;

namespace KafkaMesh.Operator.Tests.Admission;

public sealed class JsonPatchTests
{
    [Theory]
    [InlineData("add", "/a/-", "9", """{"a":[1,2,9],"m":{"x/y":1,"t~u":2}}""")]
    [InlineData("add", "/a/0", "9", """{"a":[9,1,2],"m":{"x/y":1,"t~u":2}}""")]
    [InlineData("replace", "/m/x~1y", "9", """{"a":[1,2],"m":{"x/y":9,"t~u":2}}""")]
    [InlineData("remove", "/m/t~0u", "null", """{"a":[1,2],"m":{"x/y":1}}""")]
    [InlineData("remove", "/a/1", "null", """{"a":[1],"m":{"x/y":1,"t~u":2}}""")]
    public void Apply_ValidOperation_ChangesTheDocument(string op, string path, string value, string expected)
    {
        var document = Document();

        Assert.Null(JsonPatch.Apply(document, [new JsonPatchOperation(op, path, JsonNode.Parse(value))]));

        Assert.Equal(expected, document.ToJsonString());
    }

    [Theory]
    [InlineData("add", "/a/3")]
    [InlineData("add", "/a/01")]
    [InlineData("add", "/a/-1")]
    [InlineData("add", "/none/x")]
    [InlineData("add", "/a/0/x")]
    [InlineData("remove", "/a/2")]
    [InlineData("remove", "/a/-")]
    [InlineData("remove", "/m/none")]
    [InlineData("replace", "/m/none")]
    [InlineData("move", "/m/none")]
    [InlineData("add", "")]
    public void Apply_WhatTheApiServerRefuses_SaysWhy(string op, string path) =>
        Assert.NotNull(JsonPatch.Apply(Document(), [new JsonPatchOperation(op, path, JsonValue.Create(1))]));

    [Fact]
    public void PatchRecorder_RandomChanges_ReplayToTheSameDocument()
    {
        var random = new Random(4092);
        for (var round = 0; round < 200; round++)
        {
            var original = Document();
            var recorder = new PatchRecorder(original);
            for (var i = 0; i < 12; i++)
                Change(recorder, random);

            var replayed = (JsonObject)original.DeepClone();
            Assert.Null(JsonPatch.Apply(replayed, recorder.Operations));
            Assert.Equal(recorder.Document.ToJsonString(), replayed.ToJsonString());
            Assert.Equal(Document().ToJsonString(), original.ToJsonString());
        }
    }

    private static void Change(PatchRecorder recorder, Random random)
    {
        string[] keys = ["k", "x/y", "t~u", "~1", ""];
        var key = keys[random.Next(keys.Length)];
        switch (random.Next(4))
        {
            case 0:
                recorder.Set(JsonValue.Create(random.Next()), "m", key);
                break;
            case 1:
                recorder.Remove("m", key);
                break;
            case 2:
                recorder.Insert(new JsonObject { ["n"] = random.Next(3) }, 0, "lists-" + key);
                break;
            default:
                recorder.RemoveWhere(item => item["n"]!.GetValue<int>() == 1, keepsEmpty: false, "lists-" + key);
                break;
        }
    }

    private static JsonObject Document() => JsonNode.Parse("""{"a":[1,2],"m":{"x/y":1,"t~u":2}}""")!.AsObject();
}
