using System.Net;
using System.Net.Sockets;
using System.Text;
using KafkaMesh.Proxy.Tests.Commands;
using KafkaMesh.Proxy.Tests.Transport;

namespace KafkaMesh.Proxy.Tests.Redirect;

/// <summary>A plain sidecar gets SIGTERM together with the application, which may need its brokers for as long as it lives.</summary>
public sealed class PodDrainTests
{
    [Fact]
    public void Terminate_ApplicationListensAndAStrangerReadsStats_LateConnectionsAreRelayed()
    {
        using var pods = new PodPair();
        Assert.Equal(0, pods.InPod(ProxyProcess.Program, "init").ExitCode);
        using ProxyProcess proxy = KafkaPods.StartSidecar(pods, "60s", "--wait-for-application");
        using Socket listener = PodPair.Listen(pods.Peer, 9092);
        using (PodPair.Listen(pods.Pod, 8080))
        {
            proxy.Signal(ProxyProcess.Terminate);
            KafkaPods.Await(() => Stats(pods).Contains("\"draining\":true", StringComparison.Ordinal), "the sidecar does not drain");
            Assert.DoesNotContain("\"final\":true", Stats(pods), StringComparison.Ordinal);
            using Socket client = PodPair.Connect(pods.Pod, PodPair.PeerV4, 9092);
            using Socket broker = listener.Accept();
            client.SendAll("late"u8);
            Assert.Equal("late"u8, broker.ReceiveExactly(4));
        }

        KafkaPods.Await(() => Stats(pods).Contains("\"final\":true", StringComparison.Ordinal), "there is no final report");
        Assert.Equal(0, proxy.Wait());
        Assert.Contains(proxy.Output, line => line.EndsWith("Ending: Reported, 0 connections open", StringComparison.Ordinal));
    }

    // From outside, as the operator: a reader within the pod would be a socket of the application.
    private static string Stats(PodPair pods)
    {
        using Socket client = PodPair.Connect(pods.Peer, PodPair.PodV4, 4594);
        client.SendAll(Encoding.ASCII.GetBytes("GET /stats HTTP/1.0\r\n\r\n"));
        return Encoding.UTF8.GetString(client.ReceiveToEnd());
    }
}
