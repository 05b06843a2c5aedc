using System.Net;
using System.Net.Sockets;
using KafkaMesh.Proxy.Tests.Support;
using KafkaMesh.Proxy.Tests.Transport;

namespace KafkaMesh.Proxy.Tests.Commands;

/// <summary>What only the program as it is shipped can show.</summary>
public sealed class PublishedProgramTests : IDisposable
{
    /// <summary>What .NET cannot precompile (proxy/README.md, "How it starts"), about 60, and a few that depend on timing.</summary>
    private const int MostCompiled = 80;

    private readonly TcpListener _broker = new(IPAddress.Loopback, 0);
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("kafkamesh-published-");

    public PublishedProgramTests() => _broker.Start();

    /// <summary>
    /// Whatever becomes of the profile — a list that is old, a compiler that does not read it any more — shows here: what is not
    /// precompiled is compiled when it is called, and the runtime names it.
    /// </summary>
    [Fact]
    public void Run_TrafficGroupsScrapeProbe_CompilesNextToNothing()
    {
        Assert.SkipUnless(File.Exists(ProxyProcess.Published), $"{ProxyProcess.Published} is not there: make build");
        string compiled = Path.Combine(_directory.FullName, "compiled");
        string port = ((IPEndPoint)_broker.LocalEndpoint).Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        using (ProxyProcess proxy = ProxyProcess.StartPublished(
            ["env", "-u", "LANG", "-u", "LC_ALL", "DOTNET_JitDisasmSummary=1", $"DOTNET_JitStdOutFile={compiled}"],
            "run", "--forward", $"127.0.0.1:0={_broker.LocalEndpoint}", "--admin-address", "127.0.0.1", "--admin-port", "0", "--loops", "1", "--drain-timeout", "0", "--probe-ports", port))
        {
            using Socket client = RelayRig.Connect(proxy.Address(" listening on"));
            using Socket broker = _broker.AcceptSocket();
            foreach ((byte[] request, byte[] response) in Conversation())
            {
                client.SendAll(request);
                Assert.Equal(request, broker.ReceiveExactly(request.Length));
                broker.SendAll(response);
                Assert.Equal(response, client.ReceiveExactly(response.Length));
            }

            Assert.Contains("kafkamesh_topic_records_total{direction=\"outbound\",api=\"Produce\",topic=\"orders\"} 3", proxy.Get("/metrics"), StringComparison.Ordinal);
            Assert.Contains("kafkamesh_group_rebalances_total{group=\"billing\"} 1", proxy.Get("/metrics"), StringComparison.Ordinal);
            Assert.Contains("\"topic\":\"orders\"", proxy.Get("/stats"), StringComparison.Ordinal);
            Assert.Contains(" 200 ", proxy.Get("/livez"), StringComparison.Ordinal);
            Assert.Contains(" 200 ", proxy.Get("/readyz"), StringComparison.Ordinal);
            Assert.Contains(" 200 ", proxy.Get($"/probe/tcp?port={port}"), StringComparison.Ordinal);
            client.Close();
            broker.Close();
            Assert.Equal(0, proxy.Stop());
        }

        // "  12: JIT compiled Type:Method(types):result [Tier0, IL size=7, code size=31]"; stubs of the runtime belong to no assembly, and what was
        // precompiled may be compiled once more, for speed. About one double in two hundred, a measured time here, is written by Dragon4 with
        // big integers, some 25 methods: that says nothing of the profile.
        string[] apart = ["(dynamicClass)", "[Tier1", "System.Number:Dragon4", "System.Number+BigInteger:"];
        List<string> methods = [.. File.ReadLines(compiled).Where(line =>
            line.Contains("JIT compiled", StringComparison.Ordinal) && !apart.Any(part => line.Contains(part, StringComparison.Ordinal)))];
        Assert.InRange(methods.Count, 1, int.MaxValue);
        Assert.True(methods.Count <= MostCompiled, $"{methods.Count} methods were compiled ('make profile' lists anew what is to be precompiled):\n{string.Join('\n', methods)}");
    }

    public void Dispose()
    {
        _broker.Dispose();
        _directory.Delete(recursive: true);
    }

    private static (byte[] Request, byte[] Response)[] Conversation() =>
    [
        (Wire.Produce(1, 1, "orders", Wire.Batch(3, 40)), Wire.ProduceResponse(1, "orders")),
        (Wire.Fetch(2), Wire.FetchResponse(2, Wire.Batch(2, 500))),
        (Wire.Heartbeat(3), Wire.HeartbeatResponse(3, error: 27)),
        (Wire.GroupHeartbeat(68, 1, 4, "billing", 4), Wire.GroupHeartbeatResponse(68, 4, 5)),
    ];
}
