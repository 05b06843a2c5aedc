using KafkaMesh.Playground.ApiServer.Protobuf;
using KafkaMesh.Playground.ApiServer.Rest;

namespace KafkaMesh.Playground.Tests.ApiServer.Protobuf;

/// <summary>The envelope of protobuf bodies.</summary>
public sealed class ProtobufEnvelopeTests
{
    private static readonly byte[] Magic = [.. "k8s\0"u8];

    [Fact]
    public void Decode_EnvelopeWithType_NamesItInTheObject()
    {
        var type = new ProtobufMessage().Text(1, "v1").Text(2, "ConfigMap");
        var body = new ProtobufMessage().Raw(Magic).Message(1, type).Message(2, new ProtobufMessage()).Text(3, "").Text(4, "");
        Assert.Equal("""{"apiVersion":"v1","kind":"ConfigMap"}""", ProtobufEnvelope.Decode(body.ToArray(), "v1", "Pod").ToJsonString());
    }

    [Fact]
    public void Decode_DeleteOptionsOfAnyGroup_AreRead()
    {
        var type = new ProtobufMessage().Text(1, "apps/v1").Text(2, "DeleteOptions");
        var options = new ProtobufMessage().Integer(1, 0).Message(2, new ProtobufMessage().Text(1, "u")).Text(4, "Foreground");
        var body = new ProtobufMessage().Raw(Magic).Message(1, type).Message(2, options);
        Assert.Equal(
            """{"gracePeriodSeconds":0,"preconditions":{"uid":"u"},"propagationPolicy":"Foreground","apiVersion":"apps/v1","kind":"DeleteOptions"}""",
            ProtobufEnvelope.Decode(body.ToArray(), "apps/v1", "DeleteOptions").ToJsonString());
    }

    [Theory]
    [InlineData("Unknown")]
    [InlineData("CustomResourceDefinition")]
    public void Decode_KindWithoutNumbers_IsRefusedByName(string kind)
    {
        var type = new ProtobufMessage().Text(1, "apiextensions.k8s.io/v1").Text(2, kind);
        var error = Assert.Throws<ApiException>(() => ProtobufEnvelope.Decode(new ProtobufMessage().Raw(Magic).Message(1, type).ToArray(), "v1", "Pod"));
        Assert.Equal(415, error.Code);
        Assert.Contains($"cannot read the kind {kind} of apiextensions.k8s.io/v1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_BodyWithoutTheFourBytes_Fails() =>
        Assert.Throws<FormatException>(() => ProtobufEnvelope.Decode("{}"u8, "v1", "Pod"));

    [Fact]
    public void Decode_CompressedObject_Fails()
    {
        var error = Assert.Throws<FormatException>(() => ProtobufEnvelope.Decode(new ProtobufMessage().Raw(Magic).Text(3, "gzip").ToArray(), "v1", "Pod"));
        Assert.Contains("encoded as gzip", error.Message, StringComparison.Ordinal);
    }
}
