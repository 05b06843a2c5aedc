using KafkaMesh.Playground.ApiServer.Protobuf;
using KafkaMesh.Playground.ApiServer.Schema;

namespace KafkaMesh.Playground.Tests.ApiServer.Protobuf;

/// <summary>Messages of the built-in kinds, made by hand from generated.proto, and hostile ones.</summary>
public sealed class ProtobufDecoderTests
{
    private const int MoreThanDeepEnough = 200;

    [Fact]
    public void Decode_PodWithInlinedMessages_GivesTheJsonOfGo()
    {
        var port = new ProtobufMessage().Integer(1, 1).Integer(2, 0).Text(3, "http");
        var probe = new ProtobufMessage().Message(1, new ProtobufMessage().Message(2, new ProtobufMessage().Text(1, "/ready").Message(2, port))).Integer(2, 0).Integer(4, 5);
        var resources = new ProtobufMessage().Message(1, new ProtobufMessage().Text(1, "cpu").Message(2, new ProtobufMessage().Text(1, "100m")));
        var reference = new ProtobufMessage().Message(1, new ProtobufMessage().Text(1, "settings")).Text(2, "key").Integer(3, 0);
        var variable = new ProtobufMessage().Text(1, "A").Text(2, "").Message(3, new ProtobufMessage().Message(3, reference));
        var container = new ProtobufMessage().Text(1, "app").Text(2, "").Text(3, "sh").Text(3, "").Message(7, variable).Message(8, resources).Message(11, probe).Integer(16, 0);
        var volume = new ProtobufMessage().Text(1, "v").Message(2, new ProtobufMessage().Message(2, new ProtobufMessage().Text(1, "")));
        var security = new ProtobufMessage().Integer(2, 0).Integer(4, 7).Integer(4, 8);
        var spec = new ProtobufMessage().Message(1, volume).Message(2, container).Text(3, "Never").Integer(4, 0).Message(14, security);
        var metadata = new ProtobufMessage().Text(1, "p").Message(8, new ProtobufMessage()).Message(11, new ProtobufMessage().Text(1, "l").Text(2, ""));
        var pod = new ProtobufMessage().Message(1, metadata).Message(2, spec).Message(3, new ProtobufMessage());
        Assert.Equal(
            """{"metadata":{"name":"p","labels":{"l":""}},"spec":{"volumes":[{"name":"v","emptyDir":{}}],"containers":[{"name":"app","command":["sh",""],"env":[{"name":"A","valueFrom":{"configMapKeyRef":{"name":"settings","key":"key","optional":false}}}],"resources":{"limits":{"cpu":"100m"}},"readinessProbe":{"httpGet":{"path":"/ready","port":"http"},"periodSeconds":5}}],"restartPolicy":"Never","terminationGracePeriodSeconds":0,"securityContext":{"runAsUser":0,"supplementalGroups":[7,8]}},"status":{}}""",
            Decode("v1", "Pod", pod));
    }

    [Fact]
    public void Decode_TimesBytesAndNegativeNumbers_AreWrittenAsGoDoes()
    {
        var time = new ProtobufMessage().Integer(1, 1_600_000_000).Integer(2, 123_456_000);
        var lease = new ProtobufMessage().Message(2, new ProtobufMessage().Text(1, "me").Integer(2, -1).Message(4, time));
        Assert.Equal("""{"spec":{"holderIdentity":"me","leaseDurationSeconds":-1,"renewTime":"2020-09-13T12:26:40.123456Z"}}""", Decode("coordination.k8s.io/v1", "Lease", lease));
        var secret = new ProtobufMessage().Message(2, new ProtobufMessage().Text(1, "k").Bytes(2, [0, 255])).Text(3, "Opaque");
        Assert.Equal("""{"data":{"k":"AP8="},"type":"Opaque"}""", Decode("v1", "Secret", secret));
    }

    [Fact]
    public void Decode_MapOfLists_ReadsTheItems()
    {
        var extra = new ProtobufMessage().Text(1, "scopes").Message(2, new ProtobufMessage().Text(1, "a").Text(1, "b"));
        var review = new ProtobufMessage().Message(2, new ProtobufMessage().Text(3, "joe").Message(5, extra));
        Assert.Equal("""{"spec":{"user":"joe","extra":{"scopes":["a","b"]}}}""", Decode("authorization.k8s.io/v1", "SubjectAccessReview", review));
    }

    [Fact]
    public void Decode_UnknownFields_ArePassedOver()
    {
        var unknown = new ProtobufMessage().Integer(1000, 5).Text(1001, "x").Raw(0xc9, 0x3e, 1, 2, 3, 4, 5, 6, 7, 8).Raw(0xcd, 0x3e, 1, 2, 3, 4).Message(1, new ProtobufMessage().Text(1, "c"));
        Assert.Equal("""{"metadata":{"name":"c"}}""", Decode("v1", "ConfigMap", unknown));
    }

    [Fact]
    public void Decode_LengthBeyondTheMessage_Fails() =>
        Fails("a field of 4611686018427387904 bytes has 0 left", new ProtobufMessage().Header(1, 1L << 62));

    [Fact]
    public void Decode_EndlessInteger_Fails() =>
        Fails("longer than 10 bytes", new ProtobufMessage().Raw(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff));

    [Fact]
    public void Decode_OtherWireType_Fails() => Fails("wire type 0 instead of 2", new ProtobufMessage().Integer(1, 1));

    [Fact]
    public void Decode_FieldZero_Fails() => Fails("0 is no field number", new ProtobufMessage().Raw(2, 0));

    [Fact]
    public void Decode_GroupInside_Fails() => Fails("3 is no wire type", new ProtobufMessage().Raw(0xc3, 0x3e));

    [Fact]
    public void Decode_TextThatIsNotUtf8_Fails() => Fails("not UTF-8", new ProtobufMessage().Message(1, new ProtobufMessage().Bytes(1, [0xff])));

    [Fact]
    public void Decode_TimeOutsideTheCalendar_Fails() =>
        Fails("no time between", new ProtobufMessage().Message(1, new ProtobufMessage().Message(8, new ProtobufMessage().Integer(1, long.MaxValue))));

    [Fact]
    public void Decode_FieldsThatAreNoJson_Fail()
    {
        var entry = new ProtobufMessage().Message(7, new ProtobufMessage().Text(1, new string('[', MoreThanDeepEnough * 2)));
        Fails("holds no JSON", new ProtobufMessage().Message(1, new ProtobufMessage().Message(17, entry)));
    }

    [Fact]
    public void Decode_EveryPrefixOfAMessage_EndsWithAnAnswerOrAFormatException()
    {
        var whole = new ProtobufMessage().Message(1, new ProtobufMessage().Text(1, "name").Integer(7, 300).Message(11, new ProtobufMessage().Text(1, "a").Text(2, "b"))).ToArray();
        var refused = 0;
        for (var length = 0; length <= whole.Length; length++)
        {
            try
            {
                ProtobufDecoder.Decode(whole.AsSpan(0, length), Schema("v1", "ConfigMap"));
            }
            catch (FormatException)
            {
                refused++;
            }
        }

        // Only the empty and the whole message are complete.
        Assert.Equal(whole.Length - 1, refused);
    }

    [Fact]
    public void Decode_EveryNumberOfEverySchema_IsReadWithoutClash()
    {
        var read = 0;
        foreach (var (apiVersion, kind) in SchemaCatalog.Shared.BuiltInKinds)
        {
            read += ProtobufLayout.Of(Schema(apiVersion, kind)).IsEmpty ? 0 : 1;
        }

        Assert.True(read > 20, $"only {read} kinds have field numbers");
    }

    private static string Decode(string apiVersion, string kind, ProtobufMessage message) =>
        ProtobufDecoder.Decode(message.ToArray(), Schema(apiVersion, kind)).ToJsonString();

    private static void Fails(string why, ProtobufMessage configMap)
    {
        var error = Assert.Throws<FormatException>(() => Decode("v1", "ConfigMap", configMap));
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
    }

    private static StructuralSchema Schema(string apiVersion, string kind) => SchemaCatalog.Shared.BuiltIn(apiVersion, kind)!;
}
