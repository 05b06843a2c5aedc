using System.Net;
using System.Net.Sockets;
using KafkaMesh.Proxy.Configuration;
using KafkaMesh.Proxy.Redirect;

namespace KafkaMesh.Proxy.Commands;

/// <summary><c>kafkamesh-proxy init</c>: writes the redirect rules of a pod, once more each time it is run.</summary>
internal sealed class InitCommand : ICommand
{
    public string Name => "init";

    public string Summary => "Write the iptables rules that redirect Kafka connections to the sidecar.";

    public string Help => CommandLine.Describe("init [--flag value]...", Summary, InitFlags.All);

    public int Run(IReadOnlyList<string> arguments, CommandConsole console)
    {
        var flags = new FlagReader(InitFlags.All, arguments, console.Environment);
        InitSettings settings = InitSettings.Read(flags);
        if (flags.Error is not null)
        {
            return console.Fail(ExitCode.Usage, flags.Error);
        }

        IReadOnlyList<IPAddress> addresses = PodNetwork.Addresses();
        IReadOnlyList<RedirectChain> v4 = RedirectRules.Chains(settings.Redirect, AddressFamily.InterNetwork, addresses);
        IReadOnlyList<RedirectChain> v6 = RedirectRules.Chains(settings.Redirect, AddressFamily.InterNetworkV6, addresses);
        return settings.IsDryRun ? Print(v4, v6, console) : Install(v4, v6, settings.Backend, console);
    }

    private static int Print(IReadOnlyList<RedirectChain> v4, IReadOnlyList<RedirectChain> v6, CommandConsole console)
    {
        console.Out.Write("# IPv4: iptables-restore --noflush\n" + RedirectRules.Transaction(v4, NatTable.Empty));
        console.Out.Write("# IPv6: ip6tables-restore --noflush\n" + RedirectRules.Transaction(v6, NatTable.Empty));
        return ExitCode.Success;
    }

    private static int Install(IReadOnlyList<RedirectChain> v4, IReadOnlyList<RedirectChain> v6, IptablesBackend? wanted, CommandConsole console)
    {
        if (!PodNetwork.MayChangeRules())
        {
            const string sentence = "the capability NET_ADMIN is missing: run init as uid 0 with NET_ADMIN (and NET_RAW for iptables-legacy), "
                + "or capture without a redirect (capture: None)";
            return console.Fail(ExitCode.NoPermission, sentence);
        }

        IptablesBackend backend = wanted ?? BackendChoice.Choose();
        var iptables = new IptablesProgram(backend, AddressFamily.InterNetwork);
        RedirectOutcome outcome = RedirectInstaller.Install(v4, iptables);
        if (!outcome.IsApplied)
        {
            return console.Fail(ExitCode.Unavailable, $"the IPv4 rules are not in place: {outcome.Reason}");
        }

        Report("IPv4", iptables, v4, outcome, console);
        if (!PodNetwork.HasIPv6())
        {
            console.Out.WriteLine("IPv6 skipped: no interface has an IPv6 address");
            return ExitCode.Success;
        }

        // A node without IPv6 NAT must not keep the pod from starting: its IPv6 connections go around the sidecar.
        var ip6tables = new IptablesProgram(backend, AddressFamily.InterNetworkV6);
        outcome = RedirectInstaller.Install(v6, ip6tables);
        if (outcome.IsApplied)
        {
            Report("IPv6", ip6tables, v6, outcome, console);
        }
        else
        {
            console.Out.WriteLine($"IPv6 skipped: {outcome.Reason}");
        }

        return ExitCode.Success;
    }

    private static void Report(string family, IptablesProgram program, IReadOnlyList<RedirectChain> chains, RedirectOutcome outcome, CommandConsole console)
    {
        console.Out.WriteLine($"{family} rules {(outcome.WasInPlace ? "were in place already" : "written and read back")} ({program.Name})");
        foreach (RedirectChain chain in chains)
        {
            console.Out.WriteLine($"  {chain.Hook} {chain.Jump}");
            foreach (string rule in chain.Rules)
            {
                console.Out.WriteLine($"  {chain.Name} {rule}");
            }
        }
    }
}
