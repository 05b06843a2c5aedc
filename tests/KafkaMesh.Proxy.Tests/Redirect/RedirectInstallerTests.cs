using KafkaMesh.Proxy.Tests.Commands;

namespace KafkaMesh.Proxy.Tests.Redirect;

/// <summary>The built <c>kafkamesh-proxy init</c> with real iptables in network namespaces of its own.</summary>
public sealed class RedirectInstallerTests
{
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
        string first = Save(pods, backend);

        Assert.Contains($"IPv4 rules were in place already (iptables-{backend})", Init(pods, "auto").Out, StringComparison.Ordinal);
        Assert.Equal(first, Save(pods, backend));

        // What a killed run or a curious person may leave: a second jump, a missing and a foreign rule.
        foreach (string damage in new[] { "-A OUTPUT -p tcp -j KAFKAMESH_OUTPUT", "-D KAFKAMESH_OUTPUT 1", "-F KAFKAMESH_PREROUTING", "-I OUTPUT 1 -p udp -j ACCEPT" })
        {
            Assert.Equal(0, pods.InPod(["iptables-" + backend, "-t", "nat", .. damage.Split(' ')]).ExitCode);
        }

        Assert.Equal(0, Init(pods, backend).ExitCode);
        string repaired = Save(pods, backend);
        Assert.Equal(first, repaired.Replace("-A OUTPUT -p udp -j ACCEPT\n", "", StringComparison.Ordinal));
        Assert.NotEqual(first, repaired);
    }

    [Fact]
    public void Init_OtherDirection_RemovesTheChainThatIsNotWanted()
    {
        using var pods = new PodPair();
        Assert.Equal(0, Init(pods, "nft").ExitCode);
        Assert.Contains("KAFKAMESH_PREROUTING", Save(pods, "nft"), StringComparison.Ordinal);
        Assert.Equal(0, pods.InPod(ProxyProcess.Program, "init", "--direction", "outbound").ExitCode);
        Assert.DoesNotContain("KAFKAMESH_PREROUTING", Save(pods, "nft"), StringComparison.Ordinal);
    }

    [Fact]
    public void Init_PodWithoutIPv6_SkipsItWithOneLine()
    {
        using var pods = new PodPair();
        Assert.Equal(0, pods.InPod("sh", "-c", "echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6").ExitCode);
        (int exitCode, string output, _) = Init(pods, "nft");
        Assert.Equal(0, exitCode);
        Assert.EndsWith("IPv6 skipped: no interface has an IPv6 address\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Init_NoCapability_SaysWhichAndChangesNothing()
    {
        using var pods = new PodPair();
        (int exitCode, _, string error) = pods.InPod("setpriv", "--bounding-set=-net_admin", "--inh-caps=-net_admin", ProxyProcess.Program, "init");
        Assert.Equal(77, exitCode);
        Assert.StartsWith("kafkamesh-proxy: the capability NET_ADMIN is missing", error, StringComparison.Ordinal);
        Assert.Equal(error.Length - 1, error.IndexOf('\n', StringComparison.Ordinal));
        Assert.DoesNotContain("KAFKAMESH", Save(pods, "nft"), StringComparison.Ordinal);
    }

    [Fact]
    public void Init_NoIptables_NamesTheProgram()
    {
        using var pods = new PodPair();
        (int exitCode, _, string error) = pods.InPod("env", "PATH=/nowhere", ProxyProcess.Program, "init", "--backend", "legacy");
        Assert.Equal(69, exitCode);
        Assert.Equal("kafkamesh-proxy: the IPv4 rules are not in place: iptables-legacy-save is not installed here (PATH=/nowhere)\n", error);
    }

    [Fact]
    public void Init_DryRun_ChangesNothing()
    {
        using var pods = new PodPair();
        (int exitCode, string output, _) = pods.InPod(ProxyProcess.Program, "init", "--dry-run");
        Assert.Equal(0, exitCode);
        Assert.Contains("-d 10.99.0.1/32 -m comment --comment \"kafkamesh/pod-address\" -j RETURN", output, StringComparison.Ordinal);
        Assert.DoesNotContain("KAFKAMESH", Save(pods, "nft"), StringComparison.Ordinal);
    }

    private static (int ExitCode, string Out, string Error) Init(PodPair pods, string backend) =>
        pods.InPod(ProxyProcess.Program, "init", "--direction", "both", "--ports", "9092,9093", "--backend", backend, "--exclude-cidrs", "192.168.0.0/16,fd77::/16");

    private static string Save(PodPair pods, string backend)
    {
        string v4 = pods.InPod($"iptables-{backend}-save", "-t", "nat").Out;
        string v6 = pods.InPod($"ip6tables-{backend}-save", "-t", "nat").Out;
        return string.Concat((v4 + v6).Split('\n').Where(line => !line.StartsWith('#')).Select(line => line.Split(" [")[0] + "\n"));
    }
}
