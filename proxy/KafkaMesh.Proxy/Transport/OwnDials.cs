using System.Net;

namespace KafkaMesh.Proxy.Transport;

/// <summary>
/// The connections that the sidecar itself has opened to brokers. One that arrives at its own listeners, by a forward target that leads back here or by a redirect
/// that does not spare the sidecar's uid, would be dialled again, for ever. It is known by its two ends, of which a network namespace has no second pair.
/// Any thread may call it.
/// </summary>
internal sealed class OwnDials
{
    // A hash of both ends instead of the ends: a third of the memory of each connection, and no two that are open share 64 bits.
    private readonly HashSet<ulong> _open = [];

    /// <summary>Names a connection by its ends; never 0.</summary>
    /// <param name="local">End of the one who dialled.</param>
    /// <param name="remote">What was dialled.</param>
    public static ulong Key(IPEndPoint local, IPEndPoint remote)
    {
        IPEndPoint reached = Reached(remote);
        int ahead = HashCode.Combine(local.Address, local.Port, reached.Address, reached.Port);
        int back = HashCode.Combine(reached.Port, reached.Address, local.Port, local.Address);
        return Math.Max(1, ((ulong)(uint)ahead << 32) | (uint)back);
    }

    /// <summary>
    /// Whether a socket is connected to itself: where nobody listens on a port that the kernel also gives out, it may give the dialling socket that very port
    /// (a simultaneous open, RFC 9293 section 3.5).
    /// </summary>
    public static bool IsConnectedToItself(IPEndPoint local, IPEndPoint remote) => local.Equals(Reached(remote));

    /// <summary>Notes one that was opened.</summary>
    public void Add(ulong key)
    {
        lock (_open)
        {
            _open.Add(key);
        }
    }

    /// <summary>Forgets one that was closed.</summary>
    public void Remove(ulong key)
    {
        lock (_open)
        {
            _open.Remove(key);
        }
    }

    /// <summary>Whether an accepted connection is one of them.</summary>
    public bool Contains(ulong key)
    {
        lock (_open)
        {
            return _open.Contains(key);
        }
    }

    // The kernel takes a dialled wildcard for the loopback address, and tells mapped addresses as IPv4.
    private static IPEndPoint Reached(IPEndPoint remote)
    {
        IPAddress address = remote.Address.IsIPv4MappedToIPv6 ? remote.Address.MapToIPv4() : remote.Address;
        address = address.Equals(IPAddress.Any) ? IPAddress.Loopback : address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback : address;
        return ReferenceEquals(address, remote.Address) ? remote : new IPEndPoint(address, remote.Port);
    }
}
