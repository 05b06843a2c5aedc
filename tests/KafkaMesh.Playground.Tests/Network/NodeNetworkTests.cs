using System.Net;
using System.Net.Sockets;
using System.Text;
using KafkaMesh.Playground.Network;
using KafkaMesh.Playground.Network.Dns;

namespace KafkaMesh.Playground.Tests.Network;

public sealed class NodeNetworkTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task ConnectAsync_TwoPods_SeeEachOthersAddress()
    {
        await using var playground = await NetworkFixture.CreateAsync();
        var (a, b) = (await playground.Network.AddPodAsync(Cancel), await playground.Network.AddPodAsync(Cancel));
        await AssertReachesAsync(a, b.Namespace.Listen(new IPEndPoint(IPAddress.Any, 9092)), new IPEndPoint(b.Address, 9092), a.Address);
    }

    [Fact]
    public async Task ConnectAsync_TwoPodsOverIPv6_SeeEachOthersAddress()
    {
        await using var playground = await NetworkFixture.CreateAsync();
        if (!playground.Network.HasIPv6) Assert.Skip("the kernel has IPv6 switched off");
        var (a, b) = (await playground.Network.AddPodAsync(Cancel), await playground.Network.AddPodAsync(Cancel));
        await AssertReachesAsync(a, b.Namespace.Listen(new IPEndPoint(IPAddress.IPv6Any, 9092)), new IPEndPoint(b.AddressV6!, 9092), a.AddressV6!);
    }

    [Fact]
    public async Task ApplyServicesAsync_TwoEndPoints_BothAreReachedAndClientSeesTheServiceAddress()
    {
        await using var playground = await NetworkFixture.CreateAsync();
        var pods = new List<PodNetwork>();
        for (var i = 0; i < 3; i++) pods.Add(await playground.Network.AddPodAsync(Cancel));
        using var first = pods[1].Namespace.Listen(new IPEndPoint(IPAddress.Any, 8080));
        using var second = pods[2].Namespace.Listen(new IPEndPoint(IPAddress.Any, 8080));
        var service = new IPEndPoint(IPAddress.Parse("10.96.7.7"), 80);
        await playground.Network.ApplyServicesAsync([new(service.Address, "TCP", 80, [new(pods[1].Address, 8080), new(pods[2].Address, 8080)])], Cancel);

        var reached = new HashSet<Socket>();
        for (var i = 0; i < 100 && reached.Count < 2; i++)
        {
            using var client = await pods[0].Namespace.ConnectAsync(service, Cancel);
            Assert.Equal(service, client.RemoteEndPoint);
            var accepted = await Task.WhenAny(first.Poll(0, SelectMode.SelectRead) ? Task.FromResult(first) : Task.FromResult(second));
            using var server = await (await accepted).AcceptAsync(Cancel);
            reached.Add(await accepted);
        }
        Assert.Equal(2, reached.Count);
    }

    [Fact]
    public async Task ApplyServicesAsync_PodBehindItsOwnService_ReachesItself()
    {
        await using var playground = await NetworkFixture.CreateAsync();
        var pod = await playground.Network.AddPodAsync(Cancel);
        using var listener = pod.Namespace.Listen(new IPEndPoint(IPAddress.Any, 8080));
        var service = new IPEndPoint(IPAddress.Parse("10.96.7.8"), 80);
        await playground.Network.ApplyServicesAsync([new(service.Address, "TCP", 80, [new(pod.Address, 8080)])], Cancel);
        using var client = await pod.Namespace.ConnectAsync(service, Cancel);
        using var server = await listener.AcceptAsync(Cancel);
        Assert.Equal(8080, ((IPEndPoint)server.LocalEndPoint!).Port);
    }

    [Fact]
    public async Task ApplyServicesAsync_NoEndPoints_RefusesAtOnce()
    {
        await using var playground = await NetworkFixture.CreateAsync();
        var pod = await playground.Network.AddPodAsync(Cancel);
        var service = new IPEndPoint(IPAddress.Parse("10.96.7.9"), 80);
        await playground.Network.ApplyServicesAsync([new(service.Address, "TCP", 80, [])], Cancel);
        foreach (var from in new[] { pod.Namespace, playground.Network.Node })
        {
            var error = await Assert.ThrowsAsync<SocketException>(() => from.ConnectAsync(service, Cancel));
            Assert.Equal(SocketError.ConnectionRefused, error.SocketErrorCode);
        }
    }

    [Fact]
    public async Task DnsServer_AskedFromAPod_AnswersOverUdpAndTcp()
    {
        await using var playground = await NetworkFixture.CreateAsync();
        var pod = await playground.Network.AddPodAsync(Cancel);
        var zone = new ClusterZone();
        zone.Replace(new Dictionary<string, IReadOnlyList<IPAddress>> { ["kafka.default.svc.cluster.local"] = [IPAddress.Parse("10.96.1.2")] });
        await using var server = new DnsServer(playground.Network.Node, new IPEndPoint(NodeNetwork.DnsAddress, 53), zone);
        byte[] query = [0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, .. DnsMessageTests.Name("kafka.default.svc.cluster.local"), 0, 1, 0, 1];

        using var udp = pod.Namespace.CreateSocket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        await udp.ConnectAsync(server.EndPoint, Cancel);
        await udp.SendAsync(query, Cancel);
        var answer = new byte[512];
        var size = await udp.ReceiveAsync(answer, Cancel);
        Assert.Equal([10, 96, 1, 2], answer.AsSpan(size - 4, 4).ToArray());

        using var tcp = new NetworkStream(await pod.Namespace.ConnectAsync(server.EndPoint, Cancel), ownsSocket: true);
        await tcp.WriteAsync(new byte[] { 0, (byte)query.Length }.Concat(query).ToArray(), Cancel);
        var whole = new byte[size + 2];
        await tcp.ReadExactlyAsync(whole, Cancel);
        Assert.Equal(answer.AsSpan(0, size).ToArray(), whole.AsSpan(2).ToArray());
    }

    [Fact]
    public async Task DisposeAsync_WithPods_LeavesNoNamespace()
    {
        string name;
        await using (var playground = await NetworkFixture.CreateAsync())
        {
            name = playground.Instance.Name;
            await playground.Network.AddPodAsync(Cancel);
            Assert.Equal(2, Directory.GetFiles("/run/netns", name + "-*").Length);
        }
        Assert.Empty(Directory.GetFiles("/run/netns", name + "-*"));
        Assert.False(Directory.Exists("/run/" + name));
    }

    [Fact]
    public async Task SweepAsync_NamespaceOfADeadProcess_IsRemovedAndALivingOneStays()
    {
        await using var playground = await NetworkFixture.CreateAsync();
        using var dead = System.Diagnostics.Process.Start("true")!;
        await dead.WaitForExitAsync(Cancel);
        var stale = await NetworkNamespace.CreateAsync($"kmesh-{dead.Id}-12345-1-node", Cancel);
        await StaleInstances.SweepAsync();
        Assert.False(File.Exists(stale.Path));
        Assert.True(File.Exists(playground.Network.Node.Path));
    }

    private static async Task AssertReachesAsync(PodNetwork from, Socket listener, IPEndPoint target, IPAddress expectedPeer)
    {
        using (listener)
        {
            using var client = await from.Namespace.ConnectAsync(target, Cancel);
            using var server = await listener.AcceptAsync(Cancel);
            Assert.Equal(expectedPeer, ((IPEndPoint)server.RemoteEndPoint!).Address);
            await client.SendAsync(Encoding.ASCII.GetBytes("ping"), Cancel);
            var buffer = new byte[4];
            Assert.Equal(4, await server.ReceiveAsync(buffer, Cancel));
            Assert.Equal("ping", Encoding.ASCII.GetString(buffer));
        }
    }
}
