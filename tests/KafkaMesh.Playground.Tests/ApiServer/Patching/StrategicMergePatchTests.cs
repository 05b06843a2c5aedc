using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Patching;
using KafkaMesh.Playground.ApiServer.Rest;
using KafkaMesh.Playground.ApiServer.Schema;

namespace KafkaMesh.Playground.Tests.ApiServer.Patching;

public sealed class StrategicMergePatchTests
{
    private const string Pod = """{"spec":{"containers":[{"name":"a","image":"x","env":[{"name":"E","value":"1"}],"ports":[{"containerPort":80}]},{"name":"b","image":"y"}]}}""";

    [Theory]
    [InlineData("""{"spec":{"containers":[{"name":"a","image":"z"}]}}""",
        """{"spec":{"containers":[{"name":"a","image":"z","env":[{"name":"E","value":"1"}],"ports":[{"containerPort":80}]},{"name":"b","image":"y"}]}}""")]
    [InlineData("""{"spec":{"containers":[{"name":"b","$patch":"delete"}]}}""",
        """{"spec":{"containers":[{"name":"a","image":"x","env":[{"name":"E","value":"1"}],"ports":[{"containerPort":80}]}]}}""")]
    [InlineData("""{"spec":{"containers":[{"$patch":"replace"},{"name":"c","image":"n"}]}}""", """{"spec":{"containers":[{"name":"c","image":"n"}]}}""")]
    [InlineData("""{"spec":{"$setElementOrder/containers":[{"name":"b"},{"name":"a"}],"containers":[{"name":"a","env":null,"ports":null}]}}""",
        """{"spec":{"containers":[{"name":"b","image":"y"},{"name":"a","image":"x"}]}}""")]
    [InlineData("""{"spec":{"containers":[{"name":"a","env":[{"name":"F","value":"2"}],"ports":[{"containerPort":80,"$patch":"delete"}]},{"name":"b","$patch":"delete"}]}}""",
        """{"spec":{"containers":[{"name":"a","image":"x","env":[{"name":"F","value":"2"},{"name":"E","value":"1"}],"ports":[]}]}}""")]
    [InlineData("""{"spec":{"$patch":"replace","nodeName":"n"}}""", """{"spec":{"nodeName":"n"}}""")]
    public void Apply_Pod_ResultOfRealServer(string patch, string expected)
    {
        var result = Apply("Pod", "v1", Pod, patch);
        Assert.True(JsonNumber.DeepEquals(Parse(expected), result), result.ToJsonString());
    }

    [Fact]
    public void RetainKeys_Strategy_OtherKeysVanish()
    {
        var result = Apply("Deployment", "apps/v1",
            """{"spec":{"strategy":{"type":"RollingUpdate","rollingUpdate":{"maxSurge":1}}}}""",
            """{"spec":{"strategy":{"$retainKeys":["type"],"type":"Recreate"}}}""");
        Assert.Equal("""{"spec":{"strategy":{"type":"Recreate"}}}""", result.ToJsonString());
    }

    [Fact]
    public void DeleteFromPrimitiveList_Finalizers_ItemVanishes()
    {
        var result = Apply("ConfigMap", "v1", """{"metadata":{"finalizers":["a/b","c/d"]}}""", """{"metadata":{"$deleteFromPrimitiveList/finalizers":["a/b"]}}""");
        Assert.Equal("""{"metadata":{"finalizers":["c/d"]}}""", result.ToJsonString());
    }

    [Fact]
    public void Tolerations_NoMergeKey_Replaced()
    {
        var result = Apply("Pod", "v1", """{"spec":{"tolerations":[{"key":"a"}]}}""", """{"spec":{"tolerations":[{"key":"b"}]}}""");
        Assert.Equal("""{"spec":{"tolerations":[{"key":"b"}]}}""", result.ToJsonString());
    }

    [Fact]
    public void Apply_ItemWithoutMergeKey_Refused()
        => Assert.Contains("does not contain declared merge key: name",
            Assert.Throws<ApiException>(() => Apply("Pod", "v1", Pod, """{"spec":{"containers":[{"image":"z"}]}}""")).Message, StringComparison.Ordinal);

    [Fact]
    public void Apply_HugeLists_Refused()
    {
        var items = string.Join(',', Enumerable.Range(0, StrategicListMerge.MaxItems + 1).Select(i => $$"""{"name":"c{{i}}"}"""));
        Assert.Throws<ApiException>(() => Apply("Pod", "v1", Pod, "{\"spec\":{\"containers\":[" + items + "]}}"));
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"spec":{"containers":[]}}""")]
    [InlineData("""{"spec":{"containers":[{"name":"a"},{"name":"b"}]}}""")]
    public void Apply_PatchThatSaysNothingNew_ObjectStays(string patch)
        => Assert.True(JsonNumber.DeepEquals(Parse(Pod), Apply("Pod", "v1", Pod, patch)));

    private static JsonObject Apply(string kind, string apiVersion, string document, string patch)
        => StrategicMergePatch.Apply(Parse(document), Parse(patch), SchemaCatalog.Shared.BuiltIn(apiVersion, kind)!);

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();
}
