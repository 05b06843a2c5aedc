using System.Net;
using System.Net.Sockets;
using KafkaMesh.Proxy.Configuration;
using KafkaMesh.Proxy.Redirect;

namespace KafkaMesh.Proxy.Commands;

/// <summary><c>kafkamesh-proxy init</c>: writes the redirect rules of a pod, once more each time it is run.</summary>
internal sealed class InitCommand : ICommand
{
    public string Name => "init";

    public string Summary => "Write the rules that redirect Kafka connections to the sidecar.";

    public string Help => CommandLine.Describe("init [--flag value]...", Summary, InitFlags.All);

    public int Run(IReadOnlyList<string> arguments, CommandConsole console)
    {
        var flags = new FlagReader(InitFlags.All, arguments, console.Environment);
        InitSettings settings = InitSettings.Read(flags);
        if (flags.Error is not null)
        {
            return console.Fail(ExitCode.Usage, flags.Error);
        }

        console.WarnOfUnknownVariables();
        if (settings.IsDryRun)
        {
            return Print(RedirectPlan.Create(settings.Redirect, PodNetwork.Addresses(), withIPv6: true), settings.Backend, console);
        }

        if (!PodNetwork.MayChangeRules())
        {
            const string sentence = "the capability NET_ADMIN is missing: run init as uid 0 with NET_ADMIN (and NET_RAW for iptables-legacy), "
                + "or capture without a redirect (capture: None)";
            return console.Fail(ExitCode.NoPermission, sentence);
        }

        using var taken = RedirectLock.Take(RedirectLock.DefaultLimit);
        IReadOnlyList<IPAddress> addresses = PodNetwork.Addresses();
        var plan = RedirectPlan.Create(settings.Redirect, addresses, PodNetwork.HasIPv6());
        int exitCode = Install(plan, addresses, settings.Backend, console, out IReadOnlyList<AddressFamily> families);
        return exitCode == ExitCode.Success && settings.Verifies ? Verify(settings.Redirect, families, console) : exitCode;
    }

    private static int Print(RedirectPlan plan, RedirectBackend? backend, CommandConsole console)
    {
        if (backend is not RedirectBackend.Native)
        {
            console.Out.Write("# IPv4: iptables-restore --noflush\n" + IptablesRules.Transaction(IptablesRules.Of(plan.V4), NatTable.Empty));
            console.Out.Write("# IPv6: ip6tables-restore --noflush\n" + IptablesRules.Transaction(IptablesRules.Of(plan.V6), NatTable.Empty));
        }

        if (backend is RedirectBackend.Native or null)
        {
            console.Out.Write("# IPv4 and IPv6: nft -f -\n" + NftRules.Transaction(plan));
        }

        return ExitCode.Success;
    }

    // A family that the pod has an address of must be captured. Where no backend does both, IPv4 alone has to do: a node without IPv6 NAT
    // must not keep a dual-stack pod from starting, and its IPv6 connections then go around the sidecar.
    private static int Install(
        RedirectPlan plan, IReadOnlyList<IPAddress> addresses, RedirectBackend? wanted, CommandConsole console, out IReadOnlyList<AddressFamily> families)
    {
        bool needsV6 = addresses.Any(address => address.AddressFamily == AddressFamily.InterNetworkV6);
        bool needsV4 = !needsV6 || addresses.Any(address => address.AddressFamily == AddressFamily.InterNetwork);
        var tried = new List<(RedirectBackend Backend, IReadOnlyList<RedirectOutcome> Outcomes)>();
        foreach (RedirectBackend backend in wanted is { } one ? [one] : BackendChoice.Choose())
        {
            tried.Add((backend, RedirectTables.Of(backend).Install(plan)));
            if (Captures(tried[^1].Outcomes, needsV4, needsV6))
            {
                break;
            }
        }

        int taken = tried.FindIndex(attempt => Captures(attempt.Outcomes, needsV4, needsV6));
        taken = taken < 0 && needsV4 ? tried.FindIndex(attempt => attempt.Outcomes[0].IsApplied) : taken;
        if (taken < 0)
        {
            families = [];
            string family = needsV4 ? "IPv4" : "IPv6";
            return console.Fail(ExitCode.Unavailable, $"the {family} rules are not in place: {string.Join("; ", tried.Select(attempt => attempt.Outcomes[needsV4 ? 0 : 1].Reason).Distinct())}");
        }

        families = Report(tried[taken].Outcomes, console);
        return RemoveOthers(tried[taken].Backend, console);
    }

    private static bool Captures(IReadOnlyList<RedirectOutcome> outcomes, bool needsV4, bool needsV6) =>
        (!needsV4 || outcomes[0].IsApplied) && (!needsV6 || (outcomes.Count > 1 && outcomes[1].IsApplied));

    private static List<AddressFamily> Report(IReadOnlyList<RedirectOutcome> outcomes, CommandConsole console)
    {
        var applied = new List<AddressFamily>();
        foreach ((int index, RedirectOutcome outcome) in outcomes.Index())
        {
            string family = index == 0 ? "IPv4" : "IPv6";
            if (outcome.IsApplied)
            {
                applied.Add(index == 0 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6);
                Report(family, outcome, console);
            }
            else
            {
                console.Out.WriteLine($"{family} skipped: {outcome.Reason}");
            }
        }

        if (outcomes.Count == 1)
        {
            console.Out.WriteLine("IPv6 skipped: no interface has an IPv6 address");
        }

        return applied;
    }

    private static void Report(string family, RedirectOutcome outcome, CommandConsole console)
    {
        console.Out.WriteLine($"{family} rules {(outcome.WasInPlace ? "were in place already" : "written and read back")} ({outcome.Program})");
        foreach (string rule in outcome.Rules)
        {
            console.Out.WriteLine($"  {rule}");
        }
    }

    // After the new rules are there, so that no connection gets around the sidecar; until then the first rule that matches redirects to the same port.
    private static int RemoveOthers(RedirectBackend backend, CommandConsole console)
    {
        foreach (RedirectBackend other in Enum.GetValues<RedirectBackend>().Where(other => other != backend))
        {
            foreach (RedirectOutcome outcome in RedirectTables.Of(other).Remove(isDryRun: false))
            {
                if (!outcome.IsApplied)
                {
                    return console.Fail(ExitCode.Unavailable, $"rules of an earlier run are still in place: {outcome.Reason}");
                }

                if (!outcome.WasInPlace)
                {
                    console.Out.WriteLine($"Rules of an earlier run removed ({outcome.Program})");
                }
            }
        }

        return ExitCode.Success;
    }

    private static int Verify(RedirectSettings settings, IReadOnlyList<AddressFamily> families, CommandConsole console)
    {
        if (settings.CapturesInbound)
        {
            console.Out.WriteLine("Inbound capture is read back only: a connection from outside is what would prove it");
        }

        if (!settings.CapturesOutbound)
        {
            return ExitCode.Success;
        }

        bool isProved = false;
        string reason = "";
        foreach (AddressFamily family in families)
        {
            string name = family == AddressFamily.InterNetwork ? "IPv4" : "IPv6";
            ProbeOutcome outcome = CaptureProbe.Run(settings, family);
            if (outcome.Verdict == ProbeVerdict.NotCaptured)
            {
                return console.Fail(ExitCode.Unavailable, $"{name} capture does not work: {outcome.Reason}");
            }

            isProved |= outcome.Verdict == ProbeVerdict.Captured;
            reason = outcome.Reason;
            console.Out.WriteLine($"{name} capture {(outcome.Verdict == ProbeVerdict.Captured ? "proved" : "not tried")}: {outcome.Reason}");
        }

        return isProved ? ExitCode.Success : console.Fail(ExitCode.Unavailable, $"capture is not proved: {reason}");
    }
}
