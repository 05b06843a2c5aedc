using System.Net.Sockets;
using KafkaMesh.Proxy.Tests.Support;

namespace KafkaMesh.Proxy.Tests.Transport;

/// <summary>A broker that breaks the order of Kafka's protocol: the client gets what the broker sent, and the figures say what was wrong.</summary>
public sealed class DisorderlyBrokerTests
{
    private const int Requests = 1000;

    [Fact]
    public void Relay_BrokerAnswersInTheWrongOrder_BytesPassAndOvertakenRequestsAreUnanswered()
    {
        using var rig = new SidecarProcessRig();
        Exchange(rig, 'w', i => Wire.HeartbeatResponse(i ^ 1));
        AwaitFigure(rig, "kafkamesh_responses_total", Requests / 2);
        AwaitFigure(rig, "kafkamesh_requests_unanswered_total", Requests / 2);
        AwaitFigure(rig, "kafkamesh_decode_failures_total", Requests / 2);
        AssertStillCounts(rig);
    }

    [Fact]
    public void Relay_BrokerAnswersEachTwice_BytesPassAndEachRequestIsAnsweredOnce()
    {
        using var rig = new SidecarProcessRig();
        Exchange(rig, 't', i => [.. Wire.HeartbeatResponse(i), .. Wire.HeartbeatResponse(i)]);
        AwaitFigure(rig, "kafkamesh_responses_total", Requests);
        AwaitFigure(rig, "kafkamesh_decode_failures_total", Requests);
        Assert.Equal(0, rig.Figure("kafkamesh_requests_unanswered_total"));
        AssertStillCounts(rig);
    }

    private static void Exchange(SidecarProcessRig rig, char manner, Func<int, byte[]> answer)
    {
        using Socket client = RelayRig.Connect(rig.Address);
        byte[] expected = [.. Enumerable.Range(0, Requests).SelectMany(answer)];
        client.SendAll(ScriptedBroker.Requests(manner, Requests));
        Assert.Equal(expected, client.ReceiveExactly(expected.Length));
        AwaitFigure(rig, "kafkamesh_requests_total", Requests);
    }

    private static void AssertStillCounts(SidecarProcessRig rig)
    {
        Assert.Equal(0, rig.Figure("kafkamesh_requests_in_flight"));
        long before = rig.Figure("kafkamesh_responses_total");
        using Socket client = RelayRig.Connect(rig.Address);
        ScriptedBroker.AskAndCheck(client, 'a', 3);
        AwaitFigure(rig, "kafkamesh_responses_total", before + 3);
    }

    // The bytes arrive a moment before they are counted.
    private static void AwaitFigure(SidecarProcessRig rig, string metric, long expected) =>
        Assert.True(SpinWait.SpinUntil(() => rig.Figure(metric) == expected, RelayRig.Deadline), $"{metric} is {rig.Figure(metric)}, not {expected}");
}
