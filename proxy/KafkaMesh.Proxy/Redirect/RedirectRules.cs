using System.Net;
using System.Net.Sockets;
using System.Text;

namespace KafkaMesh.Proxy.Redirect;

/// <summary>
/// From settings to rules, as text and without touching anything. Each rule is written exactly as iptables-save prints it, so that what is in the
/// kernel can be compared with what should be.
/// </summary>
internal static class RedirectRules
{
    /// <summary>Our chain behind OUTPUT.</summary>
    public const string OutputChain = "KAFKAMESH_OUTPUT";

    /// <summary>Our chain behind PREROUTING.</summary>
    public const string PreroutingChain = "KAFKAMESH_PREROUTING";

    // Metadata service of the clouds: pods must reach it as they are.
    private static readonly IPAddress s_metadata = IPAddress.Parse("169.254.169.254");

    /// <summary>The chains that a pod with these settings has.</summary>
    /// <param name="settings">What to capture.</param>
    /// <param name="family">InterNetwork or InterNetworkV6.</param>
    /// <param name="podAddresses">The pod's own addresses, of both families.</param>
    public static IReadOnlyList<RedirectChain> Chains(RedirectSettings settings, AddressFamily family, IReadOnlyCollection<IPAddress> podAddresses)
    {
        var chains = new List<RedirectChain>();
        if (settings.CapturesOutbound)
        {
            chains.Add(new RedirectChain("OUTPUT", OutputChain, $"-p tcp {Comment("outbound")} -j {OutputChain}", Outbound(settings, family, podAddresses)));
        }

        if (settings.CapturesInbound)
        {
            chains.Add(new RedirectChain("PREROUTING", PreroutingChain, $"-p tcp {Comment("inbound")} -j {PreroutingChain}", Inbound(settings, family)));
        }

        return chains;
    }

    /// <summary>
    /// Input for <c>iptables-restore --noflush</c> that turns the present table into the wanted one in a single commit: own chains are emptied and
    /// filled, jumps to them become one, in front; chains that are not wanted any more go. Other rules stay as they are.
    /// </summary>
    public static string Transaction(IReadOnlyList<RedirectChain> wanted, NatTable present)
    {
        var text = new StringBuilder("*nat\n");
        foreach (RedirectChain chain in wanted)
        {
            text.Append($":{chain.Name} - [0:0]\n"); // Makes it, or empties it.
        }

        (string Hook, string Name)[] own = [("OUTPUT", OutputChain), ("PREROUTING", PreroutingChain)];
        foreach ((string hook, string name) in own)
        {
            foreach (string jump in present.JumpsTo(hook, name))
            {
                text.Append($"-D {hook} {jump}\n");
            }

            if (present.HasChain(name) && wanted.All(chain => chain.Name != name))
            {
                text.Append($"-F {name}\n-X {name}\n");
            }
        }

        foreach (RedirectChain chain in wanted)
        {
            foreach (string rule in chain.Rules)
            {
                text.Append($"-A {chain.Name} {rule}\n");
            }

            // In front: another mesh then sees the sidecar's connections, not the application's.
            text.Append($"-I {chain.Hook} 1 {chain.Jump}\n");
        }

        return text.Append("COMMIT\n").ToString();
    }

    /// <summary>The table holds exactly these chains of ours, each behind one jump in front of its hook.</summary>
    public static bool AreInPlace(IReadOnlyList<RedirectChain> wanted, NatTable present)
    {
        bool noOthers = wanted.Count == 2 || !present.HasChain(wanted[0].Name == OutputChain ? PreroutingChain : OutputChain);
        return noOthers && wanted.All(chain =>
            present.Rules(chain.Name).SequenceEqual(chain.Rules)
            && present.JumpsTo(chain.Hook, chain.Name).Count() == 1
            && present.Rules(chain.Hook)[0] == chain.Jump);
    }

    private static List<string> Outbound(RedirectSettings settings, AddressFamily family, IReadOnlyCollection<IPAddress> podAddresses)
    {
        List<string> rules =
        [
            $"-m owner --uid-owner {settings.ProxyUid} {Comment("proxy-user")} -j RETURN",
            $"-o lo {Comment("loopback-interface")} -j RETURN",
            $"-d {(family == AddressFamily.InterNetworkV6 ? "::1/128" : "127.0.0.0/8")} {Comment("loopback")} -j RETURN",
        ];
        foreach (IPAddress address in podAddresses.Where(address => address.AddressFamily == family))
        {
            rules.Add($"-d {Single(address)} {Comment("pod-address")} -j RETURN");
        }

        if (family == AddressFamily.InterNetwork)
        {
            rules.Add($"-d {Single(s_metadata)} {Comment("metadata-service")} -j RETURN");
        }

        AddRemotes(rules, settings, family, "-d", settings.OutboundPort);
        return rules;
    }

    private static List<string> Inbound(RedirectSettings settings, AddressFamily family)
    {
        List<string> rules = [$"-i lo {Comment("loopback-interface")} -j RETURN"];
        AddRemotes(rules, settings, family, "-s", settings.InboundPort);
        return rules;
    }

    private static void AddRemotes(List<string> rules, RedirectSettings settings, AddressFamily family, string side, int proxyPort)
    {
        foreach (IPNetwork range in OfFamily(settings.Excluded, family))
        {
            rules.Add($"{Match(side, range)}{Comment("excluded")} -j RETURN");
        }

        IPNetwork everything = family == AddressFamily.InterNetworkV6 ? new IPNetwork(IPAddress.IPv6Any, 0) : new IPNetwork(IPAddress.Any, 0);
        IEnumerable<IPNetwork> included = settings.Included.Count == 0 ? [everything] : OfFamily(settings.Included, family);
        foreach (IPNetwork range in included)
        {
            foreach (int port in settings.Ports)
            {
                rules.Add($"{Match(side, range)}-p tcp -m tcp --dport {port} {Comment("capture")} -j REDIRECT --to-ports {proxyPort}");
            }
        }
    }

    private static IEnumerable<IPNetwork> OfFamily(IReadOnlyList<IPNetwork> ranges, AddressFamily family) =>
        ranges.Where(range => range.BaseAddress.AddressFamily == family).Distinct();

    // iptables-save leaves out a range that matches everything.
    private static string Match(string side, IPNetwork range) => range.PrefixLength == 0 ? "" : $"{side} {range} ";

    private static string Single(IPAddress address) => $"{address}/{(address.AddressFamily == AddressFamily.InterNetworkV6 ? 128 : 32)}";

    private static string Comment(string reason) => $"-m comment --comment \"kafkamesh/{reason}\"";
}
