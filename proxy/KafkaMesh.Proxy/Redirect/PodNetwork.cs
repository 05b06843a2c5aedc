using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace KafkaMesh.Proxy.Redirect;

/// <summary>What the network namespace of this process looks like.</summary>
internal static class PodNetwork
{
    private const int NetAdminBit = 12;

    /// <summary>The pod's own addresses: neither loopback nor link-local, in a stable order.</summary>
    public static IReadOnlyList<IPAddress> Addresses() =>
    [
        .. NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(card => card.GetIPProperties().UnicastAddresses)
            .Select(unicast => unicast.Address)
            .Where(address => !IPAddress.IsLoopback(address) && !address.IsIPv6LinkLocal)
            .Select(address => address.AddressFamily == AddressFamily.InterNetworkV6 ? new IPAddress(address.GetAddressBytes()) : address)
            .Distinct()
            .OrderBy(address => address.ToString(), StringComparer.Ordinal),
    ];

    /// <summary>Any interface has an IPv6 address.</summary>
    public static bool HasIPv6() => File.Exists("/proc/net/if_inet6") && File.ReadLines("/proc/net/if_inet6").Any();

    /// <summary>This process may change the rules (CAP_NET_ADMIN, capabilities(7)).</summary>
    public static bool MayChangeRules()
    {
        const string field = "CapEff:";
        string? line = File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith(field, StringComparison.Ordinal));
        return line is not null
            && ulong.TryParse(line.AsSpan(field.Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong capabilities)
            && (capabilities >> NetAdminBit & 1) == 1;
    }
}
