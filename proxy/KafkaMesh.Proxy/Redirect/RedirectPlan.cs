using System.Net;
using System.Net.Sockets;

namespace KafkaMesh.Proxy.Redirect;

/// <summary>From settings to rules, in no notation and without touching anything.</summary>
/// <param name="V4">Chains of IPv4.</param>
/// <param name="V6">Chains of IPv6; none where the pod has no IPv6.</param>
internal sealed record RedirectPlan(IReadOnlyList<RedirectChain> V4, IReadOnlyList<RedirectChain> V6)
{
    // Metadata service of the clouds: pods must reach it as they are.
    private static readonly IPAddress s_metadata = IPAddress.Parse("169.254.169.254");

    /// <summary>Plans for a pod.</summary>
    /// <param name="settings">What to capture.</param>
    /// <param name="podAddresses">The pod's own addresses, of both families.</param>
    /// <param name="withIPv6">The pod has IPv6.</param>
    public static RedirectPlan Create(RedirectSettings settings, IReadOnlyCollection<IPAddress> podAddresses, bool withIPv6) => new(
        Chains(settings, AddressFamily.InterNetwork, podAddresses),
        withIPv6 ? Chains(settings, AddressFamily.InterNetworkV6, podAddresses) : []);

    private static List<RedirectChain> Chains(RedirectSettings settings, AddressFamily family, IReadOnlyCollection<IPAddress> podAddresses)
    {
        var chains = new List<RedirectChain>();
        if (settings.CapturesOutbound)
        {
            chains.Add(new RedirectChain(RedirectHook.Output, family, Outbound(settings, family, podAddresses)));
        }

        chains.Add(new RedirectChain(RedirectHook.Prerouting, family, Inbound(settings, family)));
        return chains;
    }

    // Whatever is captured, the admin port stays ours: another mesh that takes every connection which the pod accepts (Istio, Linkerd) would
    // ask the kubelet and the operator for certificates that they do not have, and the kubelet would restart the sidecar for it. To the
    // port that it has: a connection that is redirected once is not redirected again, in whatever table the other mesh has its rules.
    private static List<RedirectRule> Inbound(RedirectSettings settings, AddressFamily family)
    {
        List<RedirectRule> rules = [new("admin") { Ports = [settings.AdminPort], RedirectTo = settings.AdminPort }];
        if (settings.CapturesInbound)
        {
            rules.Add(new RedirectRule("loopback-interface") { IsLoopbackInterface = true });
            AddRemotes(rules, settings, family, settings.InboundPort);
        }

        return rules;
    }

    private static List<RedirectRule> Outbound(RedirectSettings settings, AddressFamily family, IReadOnlyCollection<IPAddress> podAddresses)
    {
        bool isV6 = family == AddressFamily.InterNetworkV6;
        List<RedirectRule> rules =
        [
            new("proxy-user") { OwnerUid = settings.ProxyUid },
            new("loopback-interface") { IsLoopbackInterface = true },
            new("loopback") { Remote = isV6 ? Single(IPAddress.IPv6Loopback) : IPNetwork.Parse("127.0.0.0/8") },
        ];
        foreach (IPAddress address in podAddresses.Where(address => address.AddressFamily == family))
        {
            rules.Add(new RedirectRule("pod-address") { Remote = Single(address) });
        }

        if (!isV6)
        {
            rules.Add(new RedirectRule("metadata-service") { Remote = Single(s_metadata) });
        }

        AddRemotes(rules, settings, family, settings.OutboundPort);
        return rules;
    }

    private static void AddRemotes(List<RedirectRule> rules, RedirectSettings settings, AddressFamily family, int proxyPort)
    {
        rules.AddRange(OfFamily(settings.Excluded, family).Select(range => new RedirectRule("excluded") { Remote = range }));
        IPNetwork everything = new(family == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, 0);
        IEnumerable<IPNetwork> included = settings.Included.Count == 0 ? [everything] : OfFamily(settings.Included, family);
        rules.AddRange(included.Select(range => new RedirectRule("capture") { Remote = range, Ports = settings.Ports, RedirectTo = proxyPort }));
    }

    private static IEnumerable<IPNetwork> OfFamily(IReadOnlyList<IPNetwork> ranges, AddressFamily family) =>
        ranges.Where(range => range.BaseAddress.AddressFamily == family).Distinct();

    private static IPNetwork Single(IPAddress address) => new(address, address.AddressFamily == AddressFamily.InterNetworkV6 ? 128 : 32);
}
