using System.Net;
using System.Net.Sockets;
using KafkaMesh.Proxy.Transport.Posix;

namespace KafkaMesh.Proxy.Transport;

/// <summary>
/// Transparent mode: asks the kernel where a redirected connection was going (SO_ORIGINAL_DST of netfilter's NAT table). What was not redirected, or
/// was going to one of the sidecar's own ports, is refused: relaying it would dial the sidecar again, for ever.
/// </summary>
/// <param name="ownPorts">Every port that this process listens on.</param>
internal sealed class OriginalDestination(IReadOnlyCollection<int> ownPorts) : IUpstream
{
    public bool TellsDialled => true;

    public RefusalReason? Find(int clientDescriptor, out IReadOnlyList<IPEndPoint> candidates)
    {
        candidates = [];
        IPEndPoint? local = SocketAddressBytes.OfSocket(clientDescriptor);
        IPEndPoint? original = local is null ? null : Ask(clientDescriptor, local.AddressFamily);
        if (original is null || original.Equals(local))
        {
            return RefusalReason.NotRedirected;
        }

        if (ownPorts.Contains(original.Port))
        {
            return RefusalReason.Loop;
        }

        candidates = [original];
        return null;
    }

    private static unsafe IPEndPoint? Ask(int descriptor, AddressFamily family)
    {
        byte* address = stackalloc byte[SocketAddressBytes.MaxLength];
        uint length = SocketAddressBytes.MaxLength;
        int level = family == AddressFamily.InterNetworkV6 ? SocketConstants.LevelIpV6 : SocketConstants.LevelIp;
        int result = Libc.GetOption(descriptor, level, SocketConstants.OriginalDestination, address, &length);
        return result < 0 ? null : SocketAddressBytes.Read(new ReadOnlySpan<byte>(address, SocketAddressBytes.MaxLength));
    }
}
