using KafkaMesh.Proxy.Tests.Commands;
using KafkaMesh.Proxy.Tests.Support;

namespace KafkaMesh.Proxy.Tests.Redirect;

/// <summary>The end of a pod's life under load, and peers that die, with real clients and a real broker process in transparent mode.</summary>
public sealed class RollingRestartTests
{
    private const int Rate = 2000;

    /// <summary>Containers of a pod get SIGTERM together; a native sidecar gets it when the application has ended.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Terminate_ClientsUnderLoad_NoMessageIsLost(bool isNative)
    {
        using var pods = new KafkaPods();
        using HostProcess broker = pods.StartBroker();
        using HostProcess old = pods.StartProducer(count: 0, Rate);
        KafkaPods.Await(() => pods.Records() > 500, "the client does not produce");
        if (!isNative)
        {
            pods.Sidecar.Signal(ProxyProcess.Terminate);
            KafkaPods.Await(() => KafkaPods.Admin(pods.Pair, "/stats").Contains("\"draining\":true", StringComparison.Ordinal), "the sidecar does not drain");
        }

        // The application may still need new connections, and its old ones carry on.
        using HostProcess late = pods.StartProducer(count: 500, Rate);
        Assert.True(late.Wait() == 0, late.Output);
        long before = pods.Records();
        KafkaPods.Await(() => pods.Records() > before + 500, "the old connection carries nothing any more");
        old.Signal(HostProcess.Terminate);
        Assert.True(old.Wait() == 0, old.Output);
        if (isNative)
        {
            pods.Sidecar.Signal(ProxyProcess.Terminate);
        }

        KafkaPods.Await(() => pods.Open() == 0, "connections are still open");
        Assert.Equal(KafkaPods.Sent(old) + KafkaPods.Sent(late), pods.Records());
        KafkaPods.Await(() => KafkaPods.Admin(pods.Pair, "/stats").Contains("\"final\":true", StringComparison.Ordinal), "there is no final report");
        Assert.Equal(0, pods.Sidecar.Wait());
        Assert.Contains(pods.Sidecar.Output, line => line.EndsWith("Ending: Reported, 0 connections open", StringComparison.Ordinal));
    }

    [Fact]
    public void Kill_Client_ItsConnectionsEndAndOthersGoOn()
    {
        using var pods = new KafkaPods();
        using HostProcess broker = pods.StartBroker();
        using HostProcess client = pods.StartProducer(count: 0, Rate);
        KafkaPods.Await(() => pods.Records() > 200, "the client does not produce");
        client.Signal(HostProcess.Kill);
        Assert.Equal(128 + HostProcess.Kill, client.Wait());
        KafkaPods.Await(() => pods.Open() == 0, "connections of the killed client are still open");
        KafkaPods.Await(() => pods.Figure("kafkamesh_requests_in_flight{direction=\"outbound\"}") == 0, "requests of the killed client are still pending");

        using HostProcess next = pods.StartProducer(count: 50, Rate);
        Assert.True(next.Wait() == 0, next.Output);
    }

    [Fact]
    public void Kill_Broker_ClientLearnsAndDeliversEverythingToTheNext()
    {
        using var pods = new KafkaPods();
        using HostProcess broker = pods.StartBroker();
        using HostProcess client = pods.StartProducer(count: 0, Rate);
        KafkaPods.Await(() => pods.Records() > 200, "the client does not produce");
        broker.Signal(HostProcess.Kill);
        Assert.Equal(128 + HostProcess.Kill, broker.Wait());
        KafkaPods.Await(() => pods.Open() == 0, "connections to the killed broker are still open");

        using HostProcess next = pods.StartBroker();
        long before = pods.Records();
        KafkaPods.Await(() => pods.Records() > before + 200, "the client does not come back");
        client.Signal(HostProcess.Terminate);
        Assert.True(client.Wait() == 0, client.Output);
        KafkaPods.Await(() => pods.Open() == 0, "connections are still open");
        Assert.InRange(pods.Records(), KafkaPods.Sent(client), long.MaxValue); // More when a request without an answer was sent again.
    }
}
