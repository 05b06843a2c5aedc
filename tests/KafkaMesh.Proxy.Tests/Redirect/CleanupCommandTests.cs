using KafkaMesh.Proxy.Tests.Commands;

namespace KafkaMesh.Proxy.Tests.Redirect;

/// <summary>The built <c>kafkamesh-proxy cleanup</c> in network namespaces of its own.</summary>
public sealed class CleanupCommandTests
{
    [Theory]
    [InlineData("nft")]
    [InlineData("legacy")]
    [InlineData("native")]
    public void Cleanup_AfterInit_LeavesWhatWasThereBefore(string backend)
    {
        using var pods = new PodPair();
        foreach (string program in new[] { "iptables-nft", "iptables-legacy", "ip6tables-nft", "ip6tables-legacy" })
        {
            Assert.Equal(0, pods.InPod(program, "-t", "nat", "-A", "OUTPUT", "-p", "udp", "-j", "ACCEPT").ExitCode);
        }

        Assert.Equal(0, pods.InPod("nft", "add table inet other").ExitCode);
        string before = Everything(pods);
        Assert.Equal(0, pods.InPod(ProxyProcess.Program, "init", "--backend", backend, "--direction", "both").ExitCode);
        Assert.NotEqual(before, Everything(pods));

        string dry = pods.InPod(ProxyProcess.Program, "cleanup", "--dry-run").Out;
        Assert.Contains("Rules to remove (", dry, StringComparison.Ordinal);
        Assert.NotEqual(before, Everything(pods));

        (int exitCode, string output, string error) = pods.InPod(ProxyProcess.Program, "cleanup");
        Assert.True(exitCode == 0, error);
        Assert.Equal(dry.Replace("to remove", "removed", StringComparison.Ordinal), output);
        Assert.Equal(before, Everything(pods));

        (exitCode, output, _) = pods.InPod(ProxyProcess.Program, "cleanup");
        Assert.Equal(0, exitCode);
        Assert.StartsWith("No rules of ours (", output, StringComparison.Ordinal);
        Assert.Equal(before, Everything(pods));
    }

    [Fact]
    public void Cleanup_RulesOfEveryBackendAndHalfOnes_RemovesAll()
    {
        using var pods = new PodPair();
        string native = pods.InPod(ProxyProcess.Program, "init", "--dry-run", "--backend", "native").Out;
        Assert.Equal(0, pods.InPod("nft", native).ExitCode);
        const string half = "*nat\n:KAFKAMESH_PREROUTING - [0:0]\n:KAFKAMESH_OUTPUT - [0:0]\n-A OUTPUT -p tcp -j KAFKAMESH_OUTPUT\n-A OUTPUT -p tcp -j KAFKAMESH_OUTPUT\nCOMMIT\n";
        foreach (string program in new[] { "iptables-nft", "ip6tables-legacy", "iptables-legacy" })
        {
            Assert.Equal(0, pods.InPod("sh", "-c", $"printf '{half}' | {program}-restore --noflush").ExitCode);
        }

        (int exitCode, _, string error) = pods.InPod(ProxyProcess.Program, "cleanup");
        Assert.True(exitCode == 0, error);
        Assert.DoesNotContain("kafkamesh", Everything(pods), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Cleanup_NothingThere_DoesNotLoadLegacyTables()
    {
        using var pods = new PodPair();
        Assert.Equal(0, pods.InPod(ProxyProcess.Program, "cleanup").ExitCode);
        Assert.DoesNotContain("nat", pods.InPod("cat", "/proc/net/ip_tables_names").Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Cleanup_ForeignRuleJumpsToOurChain_SaysSoAndChangesNothing()
    {
        using var pods = new PodPair();
        Assert.Equal(0, pods.InPod(ProxyProcess.Program, "init", "--backend", "nft").ExitCode);
        Assert.Equal(0, pods.InPod("iptables-nft", "-t", "nat", "-N", "OTHER").ExitCode);
        Assert.Equal(0, pods.InPod("iptables-nft", "-t", "nat", "-A", "OTHER", "-j", "KAFKAMESH_OUTPUT").ExitCode);
        string before = KernelRules.Save(pods, "nft");
        (int exitCode, _, string error) = pods.InPod(ProxyProcess.Program, "cleanup");
        Assert.Equal(69, exitCode);
        Assert.StartsWith("kafkamesh-proxy: rules are still in place: iptables-nft-restore failed", error, StringComparison.Ordinal);
        Assert.Equal(error.Length - 1, error.IndexOf('\n', StringComparison.Ordinal));
        Assert.Equal(V4Rules(before), V4Rules(KernelRules.Save(pods, "nft")));
    }

    [Theory]
    [InlineData("PATH=/nowhere", 69, "neither iptables-nft, iptables-legacy nor nft works here")]
    [InlineData("KAFKAMESH_DRY_RUN=perhaps", 64, "'perhaps' is no value for KAFKAMESH_DRY_RUN: accepted is true or false")]
    public void Cleanup_Wrong_SaysWhatWithOneLine(string variable, int expected, string part)
    {
        using var pods = new PodPair();
        (int exitCode, _, string error) = pods.InPod("env", variable, ProxyProcess.Program, "cleanup");
        Assert.Equal(expected, exitCode);
        Assert.StartsWith("kafkamesh-proxy: " + part, error, StringComparison.Ordinal);
    }

    private static IEnumerable<string> V4Rules(string saved) => saved.Split('\n').Where(line => line.StartsWith("-A", StringComparison.Ordinal) && !line.Contains("::", StringComparison.Ordinal)).Distinct();

    private static string Everything(PodPair pods) =>
        string.Concat(new[] { "nft", "legacy", "native" }.Select(backend => KernelRules.Save(pods, backend))) + pods.InPod("nft", "-s", "list", "tables").Out;
}
