using KafkaMesh.Codec.SchemaTool.Import;
using KafkaMesh.Codec.SchemaTool.Model;

namespace KafkaMesh.Codec.SchemaTool.Tests.Import;

public sealed class SchemaUnionTests
{
    [Fact]
    public void Join_TwoLayers_TakesEachVersionFromTheNewestThatHasIt()
    {
        using var newer = Layer("2-3", "New");
        using var older = Layer("0-2", "Old");
        var api = Assert.Single(Join(newer, older).Apis);
        Assert.Equal(new VersionRange(0, 3), api.Versions);
        Assert.Equal("New", Assert.Single(api.Part(MessageKind.Request, 2).Fields).Name);
        Assert.Equal("Old", Assert.Single(api.Part(MessageKind.Request, 1).Fields).Name);
        Assert.Equal(["2-3", "0-1"], api.Requests.Select(part => part.Versions.ToString()));
    }

    [Fact]
    public void Join_VersionsInTheMiddle_ComeFromTheOlderLayer()
    {
        using var newest = Layer("3", "Newest");
        using var newer = Layer("0", "New");
        using var older = Layer("0-3", "Old");
        Assert.Equal(["3 Newest", "1-2 Old", "0 New"], Join(newest, newer, older).Apis[0].Responses.Select(part => $"{part.Versions} {part.Fields[0].Name}"));
    }

    [Fact]
    public void Join_MissingVersion_IsAFault()
    {
        using var newer = Layer("3", "New");
        using var older = Layer("0-1", "Old");
        Assert.Equal("api key 5 (Test): no layer describes both halves of version 2.", Assert.Throws<SchemaException>(() => Join(newer, older)).Message);
    }

    [Fact]
    public void Join_GivenName_ReplacesTheMessages()
    {
        using var layer = Layer("0", "A");
        var schema = new SchemaUnion([KafkaLayer.Read(layer.Path)]).Join(new Dictionary<short, string> { [5] = "Given" }, []);
        Assert.Equal("Given", schema.Apis[0].Name);
    }

    [Fact]
    public void Read_TwoDefinitionsOfOneKey_AreAFault()
    {
        using var layer = Layer("0", "A");
        File.Copy(Path.Combine(layer.Path, "TestRequest.json"), Path.Combine(layer.Path, "again.json"));
        Assert.Contains("have the same API key", Assert.Throws<SchemaException>(() => KafkaLayer.Read(layer.Path)).Message, StringComparison.Ordinal);
    }

    private static SchemaSet Join(params TemporaryDirectory[] layers) =>
        new SchemaUnion([.. layers.Select(layer => KafkaLayer.Read(layer.Path))]).Join(new Dictionary<short, string>(), []);

    private static TemporaryDirectory Layer(string versions, string field)
    {
        var layer = new TemporaryDirectory();
        var fields = $$"""[{"name": "{{field}}", "type": "int8", "versions": "0+"}]""";
        Write("request", "TestRequest", versions);
        Write("response", "TestResponse", versions);
        foreach (var name in new[] { "RequestHeader", "ResponseHeader" }) Write("header", name, "0");
        foreach (var name in new[] { "ConsumerProtocolSubscription", "ConsumerProtocolAssignment" }) Write("data", name, "0");
        return layer;

        void Write(string type, string name, string valid) => layer.Write(
            $"{name}.json",
            $$"""{"apiKey": 5, "type": "{{type}}", "name": "{{name}}", "validVersions": "{{valid}}", "flexibleVersions": "none", "fields": {{fields}}}""");
    }
}
