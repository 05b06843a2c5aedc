using System.Globalization;
using System.Net;
using System.Text;

namespace KafkaMesh.Playground.Network;

/// <summary>Writes the nftables rules of all Services as one transaction: destination NAT to a random ready endpoint, as kube-proxy does it;
/// a Service without endpoints refuses at once instead of letting its clients wait.</summary>
internal static class ServiceRules
{
    private const string Table = "ip kafkamesh-services";

    /// <summary>The text for <c>nft -f</c>; the same Services in any order give the same text.</summary>
    public static string Render(IReadOnlyCollection<ServiceTarget> services, IPNetwork range)
    {
        var text = new StringBuilder();
        // Naming the table before deleting it makes the deletion valid the first time too.
        text.Append(CultureInfo.InvariantCulture, $"table {Table}\ndelete table {Table}\ntable {Table} {{\n  chain services {{\n");
        foreach (var service in services.OrderBy(s => Key(s), StringComparer.Ordinal))
        {
            if (service.EndPoints.Count > 0) text.Append(CultureInfo.InvariantCulture, $"    {Match(service)} {Translate(service)}\n");
        }
        text.Append("  }\n");
        text.Append("  chain prerouting { type nat hook prerouting priority dstnat; jump services; }\n");
        text.Append("  chain output { type nat hook output priority -100; jump services; }\n");
        AppendHairpin(text, services);
        text.Append(CultureInfo.InvariantCulture, $"  chain forward {{ type filter hook forward priority 0; ip daddr {range} ip protocol tcp reject with tcp reset; ip daddr {range} reject; }}\n");
        text.Append(CultureInfo.InvariantCulture, $"  chain unserved {{ type filter hook output priority 0; ip daddr {range} fib daddr type != local ip protocol tcp reject with tcp reset; }}\n");
        return text.Append("}\n").ToString();
    }

    private static string Key(ServiceTarget service) => string.Create(CultureInfo.InvariantCulture, $"{service.Address}/{service.Protocol}/{service.Port}");

    private static string Match(ServiceTarget service) =>
        string.Create(CultureInfo.InvariantCulture, $"ip daddr {service.Address} {service.Protocol.ToLowerInvariant()} dport {service.Port}");

    private static string Translate(ServiceTarget service)
    {
        var targets = service.EndPoints.OrderBy(e => e.ToString(), StringComparer.Ordinal)
            .Select((e, i) => string.Create(CultureInfo.InvariantCulture, $"{i} : {e.Address} . {e.Port}"));
        return string.Create(CultureInfo.InvariantCulture, $"dnat ip to numgen random mod {service.EndPoints.Count} map {{ {string.Join(", ", targets)} }}");
    }

    /// <summary>A pod that reaches itself through a Service would get a packet from its own address, which the kernel drops: hide the source.</summary>
    private static void AppendHairpin(StringBuilder text, IReadOnlyCollection<ServiceTarget> services)
    {
        var pairs = services.SelectMany(s => s.EndPoints).Select(e => e.Address.ToString()).Distinct().Order(StringComparer.Ordinal).Select(a => $"{a} . {a}").ToList();
        if (pairs.Count == 0) return;
        text.Append(CultureInfo.InvariantCulture,
            $"  chain postrouting {{ type nat hook postrouting priority srcnat; ip saddr . ip daddr {{ {string.Join(", ", pairs)} }} ct status dnat masquerade; }}\n");
    }
}
