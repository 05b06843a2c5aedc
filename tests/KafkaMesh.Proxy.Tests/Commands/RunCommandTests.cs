using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using KafkaMesh.Contracts.Access;
using KafkaMesh.Proxy.Configuration;
using KafkaMesh.Proxy.Tests.Redirect;
using KafkaMesh.Proxy.Tests.Support;
using KafkaMesh.Proxy.Tests.Transport;

namespace KafkaMesh.Proxy.Tests.Commands;

/// <summary>The built <c>kafkamesh-proxy run</c> in forward mode: its life from start to exit code.</summary>
public sealed class RunCommandTests : IDisposable
{
    private readonly TcpListener _broker = new(IPAddress.Loopback, 0);

    public RunCommandTests() => _broker.Start();

    [Theory]
    [InlineData(ProxyProcess.Terminate)]
    [InlineData(ProxyProcess.Interrupt)]
    public void Signal_ConnectionsOpen_RelaysOldAndNewUntilNoneIsLeft(int signal)
    {
        using ProxyProcess proxy = Start();
        (Socket client, Socket broker) = Connect(proxy);
        PingPong(client, broker);
        proxy.Signal(signal);
        Assert.True(SpinWait.SpinUntil(() => IsDraining(proxy), RelayRig.Deadline));
        PingPong(client, broker);
        (Socket late, Socket lateBroker) = Connect(proxy);
        PingPong(late, lateBroker);
        Assert.StartsWith("HTTP/1.1 200", proxy.Get("/readyz"), StringComparison.Ordinal);

        Array.ForEach([client, broker, late, lateBroker], socket => socket.Dispose());
        using JsonDocument report = LastReport(proxy);
        Assert.True(report.RootElement.GetProperty("draining").GetBoolean());
        Assert.Equal([12, 12], report.RootElement.GetProperty("relay").EnumerateArray().Where(flow => flow.GetProperty("direction").GetString() == "outbound").Select(flow => flow.GetProperty("bytes").GetInt32()));
        Assert.Equal(0, proxy.Wait());
        Assert.Contains(proxy.Output, line => line.EndsWith("Ending: Reported, 0 connections open", StringComparison.Ordinal));
    }

    [Fact]
    public void Signal_GracePeriodOver_ResetsAndExitsWith0()
    {
        using ProxyProcess proxy = Start("--drain-timeout", "300ms");
        (Socket client, Socket broker) = Connect(proxy);
        Assert.Equal(0, proxy.Stop());
        Assert.Equal(SocketError.ConnectionReset, client.ReceiveError());
        Assert.Equal(SocketError.ConnectionReset, broker.ReceiveError());
        Assert.Contains(proxy.Output, line => line.EndsWith("Ending: GraceOver, 1 connections open", StringComparison.Ordinal));
    }

    [Fact]
    public void Signal_Second_EndsAtOnce()
    {
        using ProxyProcess proxy = Start();
        (Socket client, _) = Connect(proxy);
        proxy.Signal(ProxyProcess.Terminate);
        Assert.True(SpinWait.SpinUntil(() => IsDraining(proxy), RelayRig.Deadline));
        long second = Stopwatch.GetTimestamp();
        Assert.Equal(0, proxy.Stop());
        Assert.InRange(Stopwatch.GetElapsedTime(second).TotalSeconds, 0, 10);
        Assert.Equal(SocketError.ConnectionReset, client.ReceiveError());
    }

    [Fact]
    public void Signal_IdleAndNobodyReads_EndsWithTheGracePeriod()
    {
        using ProxyProcess proxy = Start("--drain-timeout", "1s");
        Assert.Equal(0, proxy.Stop());
        Assert.Contains(proxy.Output, line => line.EndsWith("Ending: NotCollected, 0 connections open", StringComparison.Ordinal));
    }

    [Fact]
    public void Descriptors_Exhausted_RefusesSurvivesAndRecovers()
    {
        // .NET needs descriptors of its own to start a thread, and its compiler starts one whenever it has been idle: without any left
        // the runtime ends the process. The connection limit keeps some free for that; here the limit is cut below what is open.
        using ProxyProcess proxy = StartBehind(["env", "DOTNET_TieredCompilation=0"]);
        (Socket client, Socket broker) = Connect(proxy);
        _ = proxy.Get("/metrics"); // The assemblies behind it are loaded from files of their own here, not in the shipped single file.
        string limits = File.ReadLines($"/proc/{proxy.Id}/limits").First(line => line.StartsWith("Max open files", StringComparison.Ordinal));
        string[] before = limits.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3..5];
        int open = Directory.GetFileSystemEntries($"/proc/{proxy.Id}/fd").Length;
        Assert.Equal(0, PodPair.Run("prlimit", "--pid", $"{proxy.Id}", $"--nofile={open}:{before[1]}").ExitCode);

        // What the process closed since they were counted is filled up first.
        var relayed = new List<Socket>();
        for (int refusals = 0; refusals < 20;)
        {
            Socket next = RelayRig.Connect(proxy.Address(" listening on"));
            var ready = new List<Socket> { next, _broker.Server };
            Socket.Select(ready, null, null, RelayRig.Deadline);
            Assert.NotEmpty(ready);
            if (ready.Contains(_broker.Server))
            {
                relayed.AddRange([next, _broker.AcceptSocket()]);
                Assert.InRange(relayed.Count, 0, 20);
                continue;
            }

            Assert.Equal(SocketError.ConnectionReset, next.ReceiveError());
            next.Dispose();
            refusals++;
        }

        PingPong(client, broker);
        Assert.Contains("kafkamesh_relay_connections_refused_total{reason=\"descriptors\"} ", proxy.Get("/metrics"), StringComparison.Ordinal);
        Assert.DoesNotContain("kafkamesh_relay_connections_refused_total{reason=\"descriptors\"} 0\n", proxy.Get("/metrics"), StringComparison.Ordinal);

        Assert.Equal(0, PodPair.Run("prlimit", "--pid", $"{proxy.Id}", $"--nofile={before[0]}:{before[1]}").ExitCode);
        Assert.True(SpinWait.SpinUntil(() => proxy.Get("/readyz").StartsWith("HTTP/1.1 200", StringComparison.Ordinal), RelayRig.Deadline));
        (Socket recovered, Socket recoveredBroker) = Connect(proxy);
        PingPong(recovered, recoveredBroker);
        relayed.ForEach(socket => socket.Dispose());
    }

    /// <summary>A caller of the admin port that cannot be taken waits until it can; meanwhile it costs no CPU time.</summary>
    [Fact]
    public async Task Descriptors_NoneForTheAdminPort_ItWaitsAndGoesOn()
    {
        using ProxyProcess proxy = StartBehind(["env", "DOTNET_TieredCompilation=0"]);
        _ = proxy.Get("/livez");
        string limits = File.ReadLines($"/proc/{proxy.Id}/limits").First(line => line.StartsWith("Max open files", StringComparison.Ordinal));
        string[] before = limits.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3..5];
        Assert.Equal(0, PodPair.Run("prlimit", "--pid", $"{proxy.Id}", $"--nofile=3:{before[1]}").ExitCode);
        using Socket client = RelayRig.Connect(proxy.Address(", admin"));
        long spent = AdminTicks(proxy);
        await Task.Delay(TimeSpan.FromSeconds(1)); // What is measured, in hundredths of it.
        Assert.InRange(AdminTicks(proxy) - spent, 0, 20);

        Assert.Equal(0, PodPair.Run("prlimit", "--pid", $"{proxy.Id}", $"--nofile={before[0]}:{before[1]}").ExitCode);
        client.SendAll("GET /livez HTTP/1.0\r\n\r\n"u8);
        Assert.StartsWith("HTTP/1.1 200", System.Text.Encoding.ASCII.GetString(client.ReceiveToEnd()), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 200", proxy.Get("/livez"), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_NoDescriptorsForOneConnection_SaysSo()
    {
        string forward = $"127.0.0.1:0={_broker.LocalEndpoint}";
        (int exitCode, _, string error) = PodPair.Run("prlimit", "--nofile=90:90", ProxyProcess.Program, "run", "--forward", forward, "--admin-port", "0");
        Assert.Equal(69, exitCode);
        Assert.Equal("kafkamesh-proxy: the descriptor limit of this process (ulimit -n) leaves room for no connection: raise it to at least 128\n", error);
    }

    [Theory]
    [InlineData("run --admin-prt 1", "'--admin-prt' is no flag of this command")]
    [InlineData("run --admin-port x", "'x' is no value for --admin-port: accepted is a port, 0-65535")]
    [InlineData("rn", "'rn' is no command: accepted are ")]
    [InlineData("", "no command: accepted are ")]
    public void Run_WrongUsage_Exits64WithOneLine(string arguments, string part)
    {
        (int exitCode, IReadOnlyList<string> output) = ProxyProcess.Run(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(64, exitCode);
        Assert.StartsWith("kafkamesh-proxy: " + part, Assert.Single(output), StringComparison.Ordinal);
    }

    [Fact]
    public void Debug_RequestsAndResponses_HaveALineEachAndTheRestIsCounted()
    {
        const int requests = 500;
        using ProxyProcess proxy = Start("--log-level", "debug", "--loops", "1");
        (Socket client, Socket broker) = Connect(proxy);
        client.SendAll(Wire.Heartbeat(7, "app"));
        _ = broker.ReceiveExactly(Wire.Heartbeat(7, "app").Length);
        broker.SendAll(Wire.HeartbeatResponse(7));
        _ = client.ReceiveExactly(10);
        AwaitLine(proxy, "DBG outbound request Heartbeat version 0 correlation id 7 client id app size 23 connection ");
        AwaitLine(proxy, "DBG outbound response Heartbeat version 0 correlation id 7 client id app size 6 latency ");

        client.SendAll([.. Enumerable.Range(0, requests).SelectMany(i => Wire.Heartbeat(i, "app"))]);
        broker.SendAll([.. Enumerable.Range(0, requests).SelectMany(i => Wire.HeartbeatResponse(i))]);
        _ = client.ReceiveExactly(10 * requests);
        AwaitLine(proxy, " debug lines were left out: more than 200 in a second");
        Assert.True(
            SpinWait.SpinUntil(() => Written(proxy) + LeftOut(proxy) == 2 + (2 * requests), RelayRig.Deadline),
            $"{Written(proxy)} lines were written and {LeftOut(proxy)} left out, of {2 + (2 * requests)}");
        Assert.InRange(Written(proxy), 150, 800);
    }

    /// <summary>Who reads a log knows how the sidecar was started, whatever flags there will be.</summary>
    [Fact]
    public void Run_AnyFlag_TheStartLineHoldsItsValue()
    {
        using var signer = AccessTokenSigner.Create();
        var values = new Dictionary<Flag, string>
        {
            [RunFlags.Mode] = "forward",
            [RunFlags.OutboundPort] = "14591",
            [RunFlags.InboundPort] = "14592",
            [RunFlags.Forward] = $"127.0.0.1:0={_broker.LocalEndpoint}",
            [RunFlags.AdminAddress] = "127.0.0.2",
            [RunFlags.AdminPort] = "0",
            [RunFlags.ProbePorts] = "8081,8082",
            [RunFlags.Transport] = "portable",
            [RunFlags.Loops] = "3",
            [RunFlags.MaxConnections] = "77",
            [RunFlags.ConnectTimeout] = "1234ms",
            [RunFlags.KeepAliveIdle] = "91",
            [RunFlags.KeepAliveInterval] = "19",
            [RunFlags.KeepAliveCount] = "7",
            [RunFlags.DrainTimeout] = "333ms",
            [RunFlags.WaitForApplication] = "true",
            [RunFlags.LogLevel] = "debug",
            [RunFlags.Decode] = "off",
            [RunFlags.Pod] = "orders-0",
            [RunFlags.PodUid] = "0b1e-uid",
            [RunFlags.Namespace] = "shop",
            [RunFlags.Monitor] = "all",
            [RunFlags.AccessKey] = signer.PublicKey,
            [RunFlags.TopicsLimit] = "11",
            [RunFlags.ClientsLimit] = "12",
            [RunFlags.GroupsLimit] = "13",
        };
        Assert.Equal(RunFlags.All.Select(flag => flag.Name).Order(), values.Keys.Select(flag => flag.Name).Order());
        using ProxyProcess proxy = ProxyProcess.Start([], ["run", .. values.Select(flag => $"{flag.Key.Option}={flag.Value}")]);
        string line = proxy.Output.First(line => line.Contains(" listening on ", StringComparison.Ordinal)) + " ";
        Assert.All(values, flag => Assert.Contains($" {flag.Key.Option} {flag.Value} ", line, StringComparison.Ordinal));
        Assert.Contains(" --wait-for-application false ", Started() + " ", StringComparison.Ordinal);
        Assert.Contains(" --pod - --pod-uid - ", Started(), StringComparison.Ordinal);

        string Started()
        {
            using ProxyProcess plain = Start();
            return plain.Output.First(line => line.Contains(" listening on ", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Run_VariablesOfServicesAndMisspelt_StartsAndWarnsOfTheMisspeltOnce()
    {
        string[] variables =
        [
            "KAFKAMESH_OUTBOUND_PORT=tcp://10.96.0.7:80", "KAFKAMESH_ADMIN_PORT=tcp://10.96.0.8:4594", "KAFKAMESH_ADMIN_SERVICE_HOST=10.96.0.8",
            "KAFKAMESH_OPERATOR_SERVICE_HOST=10.96.0.1", "KAFKAMESH_OPERATOR_SERVICE_PORT_WEBHOOK=443", "KAFKAMESH_OPERATOR_PORT_443_TCP_ADDR=10.96.0.1",
            "KAFKAMESH_PORTS=9092", "KAFKAMESH_LOG_LEVLE=debug-secret",
        ];
        // The default ports are taken: where it may, in a network of its own, so that no other sidecar on this machine has them.
        string[] apart = Environment.IsPrivilegedProcess ? ["unshare", "--net"] : [];
        using ProxyProcess proxy = ProxyProcess.Start([.. apart, "env", .. variables], "run", "--drain-timeout", "0");
        Assert.Equal(4594, proxy.Address(", admin").Port);
        Assert.Equal(0, proxy.Stop());
        string warning = Assert.Single(proxy.Output, line => line.Contains("WRN", StringComparison.Ordinal));
        Assert.EndsWith(
            "WRN Configuration: the variable KAFKAMESH_LOG_LEVLE is not known and has no effect; the nearest known name is KAFKAMESH_LOG_LEVEL", warning, StringComparison.Ordinal);
        Assert.DoesNotContain(proxy.Output, line => line.Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public void Run_WrongVariable_Exits64WithOneLine()
    {
        (int exitCode, string output, string error) = PodPair.Run("env", "KAFKAMESH_ADMIN_PORT=x", "KAFKAMESH_LOG_LEVLE=debug", ProxyProcess.Program, "run");
        Assert.Equal((64, ""), (exitCode, output));
        Assert.Equal("kafkamesh-proxy: 'x' is no value for KAFKAMESH_ADMIN_PORT: accepted is a port, 0-65535; 0 takes a free one\n", error);
    }

    [Fact]
    public void Run_PortTaken_Exits69WithOneLine()
    {
        (int exitCode, IReadOnlyList<string> output) = ProxyProcess.Run("run", "--forward", $"{_broker.LocalEndpoint}=kafka:9092", "--admin-port", "0");
        Assert.Equal(69, exitCode);
        Assert.Equal($"kafkamesh-proxy: cannot listen on {_broker.LocalEndpoint} (forward kafka:9092): Address already in use", Assert.Single(output));
    }

    [Fact]
    public void Run_DecodeOff_CountsBytesAndOpaqueConnectionsOnly()
    {
        using ProxyProcess proxy = Start("--decode", "off");
        (Socket client, Socket broker) = Connect(proxy);
        byte[] request = Wire.Heartbeat(1);
        client.SendAll(request);
        Assert.Equal(request, broker.ReceiveExactly(request.Length));
        Assert.True(SpinWait.SpinUntil(
            () => proxy.Get("/metrics").Contains($"kafkamesh_relay_bytes_total{{direction=\"outbound\",flow=\"request\"}} {request.Length}\n", StringComparison.Ordinal),
            RelayRig.Deadline));
        Assert.Contains("kafkamesh_connections_total{direction=\"outbound\",protocol=\"opaque\"} 1\n", proxy.Get("/metrics"), StringComparison.Ordinal);
        Assert.DoesNotContain("kafkamesh_requests_total{", proxy.Get("/metrics"), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_PortableTransport_RelaysDecodesAndDrains()
    {
        using ProxyProcess proxy = Start("--transport", "portable");
        (Socket client, Socket broker) = Connect(proxy);
        byte[] request = Wire.Heartbeat(1);
        client.SendAll(request);
        Assert.Equal(request, broker.ReceiveExactly(request.Length));
        broker.SendAll(Wire.HeartbeatResponse(1));
        _ = client.ReceiveExactly(Wire.HeartbeatResponse(1).Length);
        Assert.True(SpinWait.SpinUntil(
            () => proxy.Get("/metrics").Contains("kafkamesh_responses_total{direction=\"outbound\",api=\"Heartbeat\"} 1\n", StringComparison.Ordinal),
            RelayRig.Deadline));
        proxy.Signal(ProxyProcess.Terminate);
        client.Dispose();
        broker.Dispose();
        using JsonDocument report = LastReport(proxy);
        Assert.Equal(0, proxy.Wait());
    }

    /// <summary>The operator has the last report, whoever looks before it.</summary>
    [Fact]
    public void Run_DrainWithAKey_EndsForTheOperatorOnly()
    {
        using var signer = AccessTokenSigner.Create();
        using ProxyProcess proxy = Start("--pod-uid", "0b1e-uid", "--access-key", signer.PublicKey);
        proxy.Signal(ProxyProcess.Terminate);
        Assert.True(SpinWait.SpinUntil(() => IsDraining(proxy), RelayRig.Deadline));
        Assert.DoesNotContain("\"final\":true", proxy.Get("/stats"), StringComparison.Ordinal);
        string token = signer.Sign("0b1e-uid", DateTimeOffset.UtcNow, AccessToken.StatsScope);
        Assert.Contains("\"final\":true", proxy.Get("/stats", $"Authorization: Bearer {token}\r\n"), StringComparison.Ordinal);
        Assert.Equal(0, proxy.Wait());
        AwaitLine(proxy, "Ending: Reported");
    }

    [Theory]
    [InlineData(50_000, 1)]
    [InlineData(150_000, 2)]
    public void Run_CpuQuota_HasOneLoopPerCpuOfIt(int quotaMicroseconds, int loops)
    {
        using var group = CpuQuotaGroup.TryMake(quotaMicroseconds, out string why);
        Assert.SkipWhen(group is null, why);
        using ProxyProcess proxy = ProxyProcess.Start(
            ["sh", "-c", $"echo $$ > {group!.ProcessesFile}; exec \"$@\"", "sh"], "run", "--forward", $"127.0.0.1:0={_broker.LocalEndpoint}", "--admin-port", "0");
        Assert.Contains(proxy.Output, line => line.Contains($", loops {Math.Min(loops, Environment.ProcessorCount)},", StringComparison.Ordinal));
    }

    public void Dispose() => _broker.Dispose();

    private ProxyProcess Start(params string[] more) => StartBehind([], more);

    private ProxyProcess StartBehind(IReadOnlyList<string> before, params string[] more) =>
        ProxyProcess.Start(before, ["run", "--forward", $"127.0.0.1:0={_broker.LocalEndpoint}", "--admin-address", "127.0.0.1", "--admin-port", "0", .. more]);

    private (Socket Client, Socket Broker) Connect(ProxyProcess proxy)
    {
        Socket client = RelayRig.Connect(proxy.Address(" listening on"));
        Socket broker = _broker.AcceptSocket();
        broker.ReceiveTimeout = (int)RelayRig.Deadline.TotalMilliseconds;
        return (client, broker);
    }

    private static void PingPong(Socket client, Socket broker)
    {
        client.SendAll("ping"u8);
        Assert.Equal("ping"u8, broker.ReceiveExactly(4));
        broker.SendAll("pong"u8);
        Assert.Equal("pong"u8, client.ReceiveExactly(4));
    }

    /// <summary>CPU time of the admin server's thread, in hundredths of a second (proc(5): user and kernel mode).</summary>
    private static long AdminTicks(ProxyProcess proxy)
    {
        string thread = Directory.GetDirectories($"/proc/{proxy.Id}/task").Single(task => File.ReadAllText(task + "/comm") == "admin\n");
        string[] fields = File.ReadAllText(thread + "/stat").Split(") ")[1].Split(' ');
        return long.Parse(fields[11]) + long.Parse(fields[12]);
    }

    private static void AwaitLine(ProxyProcess proxy, string part) => Assert.True(
        SpinWait.SpinUntil(() => proxy.Output.Any(line => line.Contains(part, StringComparison.Ordinal)), RelayRig.Deadline), $"no line with '{part}': {string.Join('\n', proxy.Output)}");

    private static int Written(ProxyProcess proxy) => proxy.Output.Count(line => line.Contains(" Heartbeat ", StringComparison.Ordinal));

    private static int LeftOut(ProxyProcess proxy) =>
        proxy.Output.Where(line => line.Contains("were left out", StringComparison.Ordinal)).Sum(line => int.Parse(line.Split("DBG ")[1].Split(' ')[0]));

    private static bool IsDraining(ProxyProcess proxy) => proxy.Get("/stats").Contains("\"draining\":true", StringComparison.Ordinal);

    private static JsonDocument LastReport(ProxyProcess proxy)
    {
        string answer = "";
        Assert.True(SpinWait.SpinUntil(() => (answer = proxy.Get("/stats")).Contains("\"final\":true", StringComparison.Ordinal), RelayRig.Deadline));
        return JsonDocument.Parse(answer[answer.IndexOf('{', StringComparison.Ordinal)..]);
    }
}
