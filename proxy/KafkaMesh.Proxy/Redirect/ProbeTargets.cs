using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace KafkaMesh.Proxy.Redirect;

/// <summary>
/// Finds an address outside the pod that is captured and has a route. Addresses for documentation come first, since nobody has them: should the redirect
/// not work, the connection attempt disturbs no one.
/// </summary>
internal static class ProbeTargets
{
    // RFC 5737, RFC 3849.
    private static readonly IPAddress s_documentationV4 = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress s_documentationV6 = IPAddress.Parse("2001:db8::1");

    /// <summary>The address; null when there is none.</summary>
    public static IPAddress? Find(RedirectSettings settings, AddressFamily family)
    {
        IReadOnlyList<IPAddress> own = PodNetwork.Addresses();
        return Candidates(settings, family).FirstOrDefault(address => IsCaptured(address, settings) && !own.Contains(address) && HasRoute(address));
    }

    /// <summary>The rules redirect connections to it.</summary>
    internal static bool IsCaptured(IPAddress address, RedirectSettings settings) =>
        !IPAddress.IsLoopback(address)
        && !settings.Excluded.Any(range => range.Contains(address))
        && (settings.Included.Count == 0 || settings.Included.Any(range => range.Contains(address)));

    private static IEnumerable<IPAddress> Candidates(RedirectSettings settings, AddressFamily family)
    {
        yield return family == AddressFamily.InterNetworkV6 ? s_documentationV6 : s_documentationV4;
        foreach (IPNetwork range in settings.Included.Where(range => range.BaseAddress.AddressFamily == family))
        {
            yield return Neighbour(range.BaseAddress, 1);
            yield return Neighbour(range.BaseAddress, 2);
            yield return range.BaseAddress;
        }

        // A pod without a default route reaches its own subnet only.
        IEnumerable<IPAddress> onLink = NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(card => card.GetIPProperties().UnicastAddresses)
            .Select(unicast => unicast.Address)
            .Where(address => address.AddressFamily == family && !IPAddress.IsLoopback(address) && !address.IsIPv6LinkLocal);
        foreach (IPAddress address in onLink)
        {
            yield return Neighbour(address, 1);
            yield return Neighbour(address, 2);
        }
    }

    private static IPAddress Neighbour(IPAddress address, byte distance)
    {
        byte[] bytes = address.GetAddressBytes();
        bytes[^1] ^= distance;
        return new IPAddress(bytes);
    }

    // Connecting a UDP socket sends nothing; it asks the routing table.
    private static bool HasRoute(IPAddress address)
    {
        using var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.Connect(new IPEndPoint(address, 9));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
