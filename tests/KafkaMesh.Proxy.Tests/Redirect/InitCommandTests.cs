using System.Net;
using System.Net.Sockets;
using KafkaMesh.Proxy.Tests.Commands;
using KafkaMesh.Proxy.Tests.Transport;

namespace KafkaMesh.Proxy.Tests.Redirect;

/// <summary>The built <c>kafkamesh-proxy init</c> with real iptables and nft in network namespaces of its own.</summary>
public sealed class InitCommandTests
{
    private static readonly string[] s_backends = ["nft", "legacy", "native"];

    [Theory]
    [InlineData("nft")]
    [InlineData("legacy")]
    public void Init_AgainAndHalfApplied_EndsWithTheSameRules(string backend)
    {
        using var pods = new PodPair();
        (int exitCode, string output, string error) = Init(pods, backend);
        Assert.True(exitCode == 0, error);
        Assert.Contains($"IPv4 rules written and read back (iptables-{backend})", output, StringComparison.Ordinal);
        Assert.Contains($"IPv6 rules written and read back (ip6tables-{backend})", output, StringComparison.Ordinal);
        string first = KernelRules.Save(pods, backend);

        Assert.Contains($"IPv4 rules were in place already (iptables-{backend})", Init(pods, "auto").Out, StringComparison.Ordinal);
        Assert.Equal(first, KernelRules.Save(pods, backend));

        // What a killed run or a curious person may leave: a second jump, a missing and a foreign rule.
        foreach (string damage in new[] { "-A OUTPUT -p tcp -j KAFKAMESH_OUTPUT", "-D KAFKAMESH_OUTPUT 1", "-F KAFKAMESH_PREROUTING", "-I OUTPUT 1 -p udp -j ACCEPT" })
        {
            Assert.Equal(0, pods.InPod(["iptables-" + backend, "-t", "nat", .. damage.Split(' ')]).ExitCode);
        }

        Assert.Equal(0, Init(pods, backend).ExitCode);
        string repaired = KernelRules.Save(pods, backend);
        Assert.Equal(first, repaired.Replace("-A OUTPUT -p udp -j ACCEPT\n", "", StringComparison.Ordinal));
        Assert.NotEqual(first, repaired);
    }

    [Fact]
    public void Init_NativeAgainAndHalfApplied_EndsWithTheSameRules()
    {
        using var pods = new PodPair();
        (int exitCode, string output, string error) = Init(pods, "native");
        Assert.True(exitCode == 0, error);
        Assert.Contains("IPv4 rules written and read back (nft)", output, StringComparison.Ordinal);
        Assert.Contains("IPv6 rules written and read back (nft)", output, StringComparison.Ordinal);
        string first = KernelRules.Save(pods, "native");

        Assert.Contains("IPv4 rules were in place already (nft)", Init(pods, "auto").Out, StringComparison.Ordinal);
        Assert.Equal(first, KernelRules.Save(pods, "native"));

        foreach (string damage in new[] { "flush chain inet kafkamesh output", "delete chain inet kafkamesh prerouting", "add rule inet kafkamesh output drop", "add table inet other" })
        {
            Assert.Equal(0, pods.InPod(["nft", .. damage.Split(' ')]).ExitCode);
        }

        Assert.Equal(0, Init(pods, "native").ExitCode);
        Assert.Equal(first, KernelRules.Save(pods, "native"));
        Assert.Contains("table inet other", pods.InPod("nft", "list", "tables").Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Init_EveryBackendAfterEveryOther_LeavesRulesOfOneOnly()
    {
        using var pods = new PodPair();
        foreach (string backend in new[] { "nft", "legacy", "native", "nft", "native", "legacy", "nft" })
        {
            (int exitCode, _, string error) = Init(pods, backend);
            Assert.True(exitCode == 0, error);
            Assert.Equal([backend], s_backends.Where(other => KernelRules.HasOurs(pods, other)));
        }
    }

    [Theory]
    [InlineData("nft")]
    [InlineData("legacy")]
    [InlineData("native")]
    public async Task Init_SeveralAtOnce_EndWithTheSameRules(string backend)
    {
        using var pods = new PodPair();
        (int ExitCode, string Out, string Error)[] runs = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => Init(pods, backend))));
        Assert.All(runs, run => Assert.True(run.ExitCode == 0, run.Error));
        Assert.Single(runs, run => run.Out.StartsWith("IPv4 rules written", StringComparison.Ordinal));
        string rules = KernelRules.Save(pods, backend);
        Assert.Contains("IPv4 rules were in place already", Init(pods, backend).Out, StringComparison.Ordinal);
        Assert.Equal(rules, KernelRules.Save(pods, backend));
    }

    /// <summary>A container that drops everything but what the init container is given, as uid 0.</summary>
    [Theory]
    [InlineData("nft", "+net_admin")]
    [InlineData("legacy", "+net_admin,+net_raw")]
    [InlineData("native", "+net_admin")]
    public void Init_OnlyItsCapabilities_Suffice(string backend, string capabilities)
    {
        using var pods = new PodPair();
        string[] dropped = ["setpriv", $"--bounding-set=-all,{capabilities}", $"--inh-caps=-all,{capabilities}", "--no-new-privs", ProxyProcess.Program];
        (int exitCode, string output, string error) = pods.InPod([.. dropped, "init", "--verify", "--backend", backend]);
        Assert.True(exitCode == 0, error);
        Assert.Contains("IPv4 capture proved", output, StringComparison.Ordinal);
        (exitCode, _, error) = pods.InPod([.. dropped, "cleanup"]);
        Assert.True(exitCode == 0, error);
        Assert.DoesNotContain(s_backends, other => KernelRules.HasOurs(pods, other));
    }

    [Fact]
    public void Init_OnlyNftInstalled_UsesIt()
    {
        using var pods = new PodPair();
        using var programs = new ProgramDirectory("nft");
        (int exitCode, string output, string error) = pods.InPod("env", "PATH=" + programs.Path, ProxyProcess.Program, "init");
        Assert.True(exitCode == 0, error);
        Assert.StartsWith("IPv4 rules written and read back (nft)\n", output, StringComparison.Ordinal);
    }

    /// <summary>As on kernels without a match that iptables needs.</summary>
    [Fact]
    public void Init_IptablesListsButCannotWrite_FallsBackToNft()
    {
        using var pods = new PodPair();
        using var programs = new ProgramDirectory("nft", "iptables-nft-save");
        programs.AddFailing("iptables-nft-restore");
        (int exitCode, string output, string error) = pods.InPod("env", "PATH=" + programs.Path, ProxyProcess.Program, "init");
        Assert.True(exitCode == 0, error);
        Assert.StartsWith("IPv4 rules written and read back (nft)\n", output, StringComparison.Ordinal);
    }

    /// <summary>As on kernels whose nf_tables can be listed and lacks what redirects, beside a nat table of the old kind that nobody used yet.</summary>
    [Fact]
    public void Init_NothingOfNftCanWrite_FallsBackToLegacy()
    {
        using var pods = new PodPair();
        using var programs = new ProgramDirectory(
            "iptables-nft-save", "ip6tables-nft-save", "iptables-legacy-save", "iptables-legacy-restore", "ip6tables-legacy-save", "ip6tables-legacy-restore");
        programs.AddFailing("iptables-nft-restore", "ip6tables-nft-restore", "nft");
        (int exitCode, string output, string error) = pods.InPod("env", "PATH=" + programs.Path, ProxyProcess.Program, "init");
        Assert.True(exitCode == 0, error);
        Assert.StartsWith("IPv4 rules written and read back (iptables-legacy)\n", output, StringComparison.Ordinal);
        Assert.Contains("IPv6 rules written and read back (ip6tables-legacy)\n", output, StringComparison.Ordinal);
        Assert.Equal(["legacy"], s_backends.Where(backend => KernelRules.HasOurs(pods, backend)));
    }

    [Fact]
    public void Init_OneBackendLacksIPv6_TakesTheOneThatDoesBoth()
    {
        using var pods = new PodPair();
        using var programs = new ProgramDirectory("nft", "iptables-nft-save", "iptables-nft-restore", "ip6tables-nft-save");
        programs.AddFailing("ip6tables-nft-restore");
        (int exitCode, string output, string error) = pods.InPod("env", "PATH=" + programs.Path, ProxyProcess.Program, "init");
        Assert.True(exitCode == 0, error);
        Assert.Contains("IPv6 rules written and read back (nft)\n", output, StringComparison.Ordinal);
        Assert.Equal(["native"], s_backends.Where(backend => KernelRules.HasOurs(pods, backend)));
    }

    [Fact]
    public void Init_NoBackendDoesIPv6_CapturesIPv4AndProvesIt()
    {
        using var pods = new PodPair();
        using var programs = new ProgramDirectory("iptables-nft-save", "iptables-nft-restore", "ip6tables-nft-save");
        programs.AddFailing("ip6tables-nft-restore");
        (int exitCode, string output, string error) = pods.InPod("env", "PATH=" + programs.Path, ProxyProcess.Program, "init", "--verify");
        Assert.True(exitCode == 0, error);
        Assert.Contains("IPv6 skipped: ", output, StringComparison.Ordinal);
        Assert.Contains("IPv4 capture proved", output, StringComparison.Ordinal);
        Assert.DoesNotContain("IPv6 capture", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nft")]
    [InlineData("legacy")]
    [InlineData("native")]
    public void Init_PodWithIPv6Only_CapturesIt(string backend)
    {
        using var pods = new PodPair();
        Assert.Equal(0, pods.InPod("ip", "-4", "address", "flush", "dev", "eth0").ExitCode);
        (int exitCode, string output, string error) = pods.InPod(ProxyProcess.Program, "init", "--backend", backend, "--verify");
        Assert.True(exitCode == 0, error);
        Assert.Contains("IPv6 capture proved: connections to fd99::", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Init_PodWithIPv6OnlyAndNoIPv6Nat_FailsWithOneLine()
    {
        using var pods = new PodPair();
        Assert.Equal(0, pods.InPod("ip", "-4", "address", "flush", "dev", "eth0").ExitCode);
        using var programs = new ProgramDirectory("iptables-nft-save", "iptables-nft-restore", "ip6tables-nft-save");
        programs.AddFailing("ip6tables-nft-restore");
        (int exitCode, _, string error) = pods.InPod("env", "PATH=" + programs.Path, ProxyProcess.Program, "init");
        Assert.Equal(69, exitCode);
        Assert.StartsWith("kafkamesh-proxy: the IPv6 rules are not in place: ", error, StringComparison.Ordinal);
        Assert.Equal(error.Length - 1, error.IndexOf('\n', StringComparison.Ordinal));
    }

    /// <summary>Istio and Linkerd take every connection that a pod accepts; their init container may run before or after this one.</summary>
    [Theory]
    [InlineData("nft", false)]
    [InlineData("nft", true)]
    [InlineData("legacy", false)]
    [InlineData("legacy", true)]
    [InlineData("native", false)]
    [InlineData("native", true)]
    public void Init_OtherMeshTakesWhatThePodAccepts_AdminPortStaysOurs(string backend, bool isFirst)
    {
        using var pods = new PodPair();
        string[] programs = backend == "legacy" ? ["iptables-legacy", "ip6tables-legacy"] : ["iptables-nft", "ip6tables-nft"];
        void OtherMesh() => Assert.All(
            programs, program => Assert.Equal(0, pods.InPod(program, "-t", "nat", "-A", "PREROUTING", "-p", "tcp", "-j", "REDIRECT", "--to-ports", "15006").ExitCode));
        if (isFirst)
        {
            OtherMesh();
        }

        Assert.Equal(0, pods.InPod(ProxyProcess.Program, "init", "--backend", backend).ExitCode);
        if (!isFirst)
        {
            OtherMesh();
        }

        using Socket admin = PodPair.Listen(pods.Pod, 4594);
        using Socket otherMesh = PodPair.Listen(pods.Pod, 15006);
        foreach (IPAddress address in new[] { PodPair.PodV4, PodPair.PodV6 })
        {
            using Socket kubelet = PodPair.Connect(pods.Peer, address, 4594);
            using Socket taken = PodPair.Connect(pods.Peer, address, 8080);
            Assert.True(admin.Poll(RelayRig.Deadline, SelectMode.SelectRead), "the connection to the admin port went elsewhere");
            Assert.True(otherMesh.Poll(RelayRig.Deadline, SelectMode.SelectRead), "the other mesh was disturbed");
            admin.Accept().Dispose();
            otherMesh.Accept().Dispose();
        }
    }

    [Fact]
    public void Init_OtherDirection_RemovesWhatIsNotWanted()
    {
        using var pods = new PodPair();
        Assert.Equal(0, Init(pods, "nft").ExitCode);
        Assert.Contains("-A KAFKAMESH_PREROUTING -p tcp -m tcp --dport 9092", KernelRules.Save(pods, "nft"), StringComparison.Ordinal);
        Assert.Equal(0, pods.InPod(ProxyProcess.Program, "init", "--direction", "outbound").ExitCode);
        Assert.DoesNotContain("-A KAFKAMESH_PREROUTING -p tcp -m tcp --dport 9092", KernelRules.Save(pods, "nft"), StringComparison.Ordinal);
        Assert.Equal(0, pods.InPod(ProxyProcess.Program, "init", "--direction", "inbound").ExitCode);
        Assert.DoesNotContain("KAFKAMESH_OUTPUT", KernelRules.Save(pods, "nft"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nft")]
    [InlineData("native")]
    public void Init_PodWithoutIPv6_SkipsItWithOneLine(string backend)
    {
        using var pods = new PodPair();
        Assert.Equal(0, pods.InPod("sh", "-c", "echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6").ExitCode);
        (int exitCode, string output, _) = Init(pods, backend);
        Assert.Equal(0, exitCode);
        Assert.EndsWith("IPv6 skipped: no interface has an IPv6 address\n", output, StringComparison.Ordinal);
        Assert.DoesNotContain("ip6", KernelRules.Save(pods, backend), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nft")]
    [InlineData("legacy")]
    [InlineData("native")]
    public void Verify_RulesWork_ProvesBothFamiliesWithConnections(string backend)
    {
        using var pods = new PodPair();
        (int exitCode, string output, string error) = pods.InPod(ProxyProcess.Program, "init", "--backend", backend, "--ports", "9092,9093", "--verify");
        Assert.True(exitCode == 0, error);
        Assert.Contains("IPv4 capture proved: connections to 10.99.0.", output, StringComparison.Ordinal);
        Assert.Contains("IPv6 capture proved: connections to fd99::", output, StringComparison.Ordinal);
        Assert.Contains(" port 9092,9093 arrived at port 4591\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_DefaultRouteAndRange_TriesAnAddressThatIsCaptured()
    {
        using var pods = new PodPair();
        Assert.Equal(0, pods.InPod("ip", "route", "add", "default", "via", PodPair.PeerV4.ToString()).ExitCode);
        Assert.Contains("connections to 192.0.2.1 port 9092 arrived", pods.InPod(ProxyProcess.Program, "init", "--verify").Out, StringComparison.Ordinal);
        string ranged = pods.InPod(ProxyProcess.Program, "init", "--verify", "--include-cidrs", "10.5.0.0/16", "--exclude-cidrs", "10.5.0.0/31").Out;
        Assert.Contains("IPv4 capture proved: connections to 10.5.0.2 port", ranged, StringComparison.Ordinal);
        Assert.Contains("IPv6 capture not tried: no address that is captured has a route from here\n", ranged, StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_RulesInPlaceButCaptureStopped_FailsWithOneLine()
    {
        using var pods = new PodPair();

        // What only a connection shows: our rules are in place, and a firewall of somebody else stops what they redirect.
        Assert.Equal(0, pods.InPod("nft", "add table inet other; add chain inet other filter { type filter hook output priority 0; }; add rule inet other filter tcp dport 4591 reject").ExitCode);
        (int exitCode, _, string error) = pods.InPod(ProxyProcess.Program, "init", "--verify");
        Assert.Equal(69, exitCode);
        Assert.StartsWith("kafkamesh-proxy: IPv4 capture does not work: a connection to 10.99.0.", error, StringComparison.Ordinal);
        Assert.Contains(":9092 did not arrive at port 4591: ", error, StringComparison.Ordinal);
        Assert.Equal(error.Length - 1, error.IndexOf('\n', StringComparison.Ordinal));
    }

    [Fact]
    public void Verify_PortTaken_IsNotProved()
    {
        using var pods = new PodPair();
        using Socket sidecar = PodPair.Listen(pods.Pod, 4591);
        (int exitCode, string output, string error) = pods.InPod(ProxyProcess.Program, "init", "--verify");
        Assert.Equal(69, exitCode);
        Assert.Contains("IPv4 capture not tried: port 4591 cannot be listened on", output, StringComparison.Ordinal);
        Assert.StartsWith("kafkamesh-proxy: capture is not proved: port 4591", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Init_NoCapability_SaysWhichAndChangesNothing()
    {
        using var pods = new PodPair();
        (int exitCode, _, string error) = pods.InPod("setpriv", "--bounding-set=-net_admin", "--inh-caps=-net_admin", ProxyProcess.Program, "init");
        Assert.Equal(77, exitCode);
        Assert.StartsWith("kafkamesh-proxy: the capability NET_ADMIN is missing", error, StringComparison.Ordinal);
        Assert.Equal(error.Length - 1, error.IndexOf('\n', StringComparison.Ordinal));
        Assert.DoesNotContain("KAFKAMESH", KernelRules.Save(pods, "nft"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("legacy", "iptables-legacy-save")]
    [InlineData("native", "nft")]
    [InlineData("auto", "iptables-nft-save")]
    public void Init_NoProgram_NamesIt(string backend, string program)
    {
        using var pods = new PodPair();
        (int exitCode, _, string error) = pods.InPod("env", "PATH=/nowhere", ProxyProcess.Program, "init", "--backend", backend);
        Assert.Equal(69, exitCode);
        Assert.StartsWith($"kafkamesh-proxy: the IPv4 rules are not in place: {program} is not installed here (PATH=/nowhere)", error, StringComparison.Ordinal);
        Assert.Equal(error.Length - 1, error.IndexOf('\n', StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("auto", true, true)]
    [InlineData("nft", true, false)]
    [InlineData("legacy", true, false)]
    [InlineData("native", false, true)]
    public void Init_DryRun_PrintsTheBackendAndChangesNothing(string backend, bool iptables, bool native)
    {
        using var pods = new PodPair();
        (int exitCode, string output, _) = pods.InPod(ProxyProcess.Program, "init", "--dry-run", "--backend", backend);
        Assert.Equal(0, exitCode);
        Assert.Equal(iptables, output.Contains("-d 10.99.0.1/32 -m comment --comment \"kafkamesh/pod-address\" -j RETURN", StringComparison.Ordinal));
        Assert.Equal(native, output.Contains("ip daddr 10.99.0.1/32 return comment \"kafkamesh/pod-address\"", StringComparison.Ordinal));
        Assert.DoesNotContain(s_backends, other => KernelRules.HasOurs(pods, other));
    }

    private static (int ExitCode, string Out, string Error) Init(PodPair pods, string backend) =>
        pods.InPod(ProxyProcess.Program, "init", "--direction", "both", "--ports", "9092,9093", "--backend", backend, "--exclude-cidrs", "192.168.0.0/16,fd77::/16");
}
