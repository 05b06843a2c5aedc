using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using KafkaMesh.Proxy.Admin;
using KafkaMesh.Proxy.Tests.Transport;

namespace KafkaMesh.Proxy.Tests.Admin;

public sealed class ProbedPortsTests : IDisposable
{
    private readonly Socket _application = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly int _port;

    public ProbedPortsTests()
    {
        _application.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _port = ((IPEndPoint)_application.LocalEndPoint!).Port;
    }

    public void Dispose() => _application.Dispose();

    [Fact]
    public void Probe_Application_IsToldAsItIs()
    {
        using AdminRig rig = Rig();
        string down = rig.Get($"/probe/tcp?port={_port}");
        Assert.StartsWith("HTTP/1.1 503 Service Unavailable\r\n", down, StringComparison.Ordinal);
        Assert.EndsWith($"\r\n\r\n127.0.0.1:{_port} does not accept: Connection refused\n", down, StringComparison.Ordinal);

        _application.Listen();
        string up = "";
        Redirect.KafkaPods.Await(() => (up = rig.Get($"/probe/tcp?port={_port}")).StartsWith("HTTP/1.1 200", StringComparison.Ordinal), "the outcome of before is not fresh any more");
        Assert.EndsWith($"\r\n\r\n127.0.0.1:{_port} accepts\n", up, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n", rig.Get($"/probe/tcp?port={_port}", "HEAD"), StringComparison.Ordinal);

        // Connected and closed: no byte was sent.
        using Socket probe = _application.Accept();
        Assert.Empty(probe.ReceiveToEnd());
    }

    [Theory]
    [InlineData("")]
    [InlineData("?port=")]
    [InlineData("?port=0")]
    [InlineData("?port=-1")]
    [InlineData("?port=99999999999")]
    [InlineData("?port=22")]
    [InlineData("?port=PORT&port=PORT")]
    [InlineData("?port=PORT&host=10.0.0.1")]
    [InlineData("?port=10.0.0.1:PORT")]
    [InlineData("?host=10.0.0.1&port=PORT")]
    public void Probe_AnythingElse_DialsNobody(string query)
    {
        _application.Listen();
        using AdminRig rig = Rig();
        string answer = rig.Get("/probe/tcp" + query.Replace("PORT", $"{_port}", StringComparison.Ordinal));
        Assert.StartsWith("HTTP/1.1 400 Bad Request\r\n", answer, StringComparison.Ordinal);
        Assert.False(_application.Poll(0, SelectMode.SelectRead));
    }

    [Fact]
    public void Probe_NothingCaptured_SaysSo()
    {
        using var rig = new AdminRig();
        Assert.EndsWith("\r\n\r\nthis sidecar captures no connections that the pod accepts\n", rig.Get("/probe/tcp?port=9092"), StringComparison.Ordinal);
    }

    [Fact]
    public void Probe_AskedWithoutPause_DialsTenTimesASecondAtMost()
    {
        _application.Listen(1000);
        using AdminRig rig = Rig();
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < 200; i++)
        {
            Assert.StartsWith("HTTP/1.1 200", rig.Get($"/probe/tcp?port={_port}"), StringComparison.Ordinal);
        }

        double intervals = Stopwatch.GetElapsedTime(start) / ProbedPorts.Freshness;
        int dials = 0;
        while (_application.Poll(0, SelectMode.SelectRead))
        {
            _application.Accept().Dispose();
            dials++;
        }

        Assert.InRange(dials, 1, (int)intervals + 1);
    }

    [Fact]
    public void Probe_ApplicationThatDoesNotAccept_StallsNobodyAndEnds()
    {
        // With its queue full the kernel leaves out the handshake, and the connect goes on until there is room.
        _application.Listen(0);
        using Socket queued = RelayRig.Connect((IPEndPoint)_application.LocalEndPoint!);
        using AdminRig rig = Rig();
        Socket[] waiting = [.. Enumerable.Range(0, 4).Select(_ => rig.Connect())];
        foreach (Socket client in waiting)
        {
            client.SendAll(Encoding.ASCII.GetBytes($"GET /probe/tcp?port={_port} HTTP/1.0\r\n\r\n"));
        }

        Assert.StartsWith("HTTP/1.1 200", rig.Get("/livez"), StringComparison.Ordinal);
        Assert.DoesNotContain(waiting, client => client.Poll(0, SelectMode.SelectRead));
        waiting[0].Dispose();

        // The dial is repeated by the kernel after a second.
        using Socket first = _application.Accept();
        var accepted = new List<Socket>();
        var accepting = new Thread(() =>
        {
            for (int i = 0; i < waiting.Length - 1; i++)
            {
                accepted.Add(_application.Accept());
            }
        });
        accepting.Start();
        foreach (Socket client in waiting[1..])
        {
            Assert.StartsWith("HTTP/1.1 200", Encoding.ASCII.GetString(client.ReceiveToEnd()), StringComparison.Ordinal);
            client.Dispose();
        }

        accepting.Join();
        accepted.ForEach(socket => socket.Dispose());
    }

    private AdminRig Rig() => new(new AdminSettings { ProbePorts = [_port] });
}
