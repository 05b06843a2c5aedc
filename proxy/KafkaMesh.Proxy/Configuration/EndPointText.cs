using System.Net;
using System.Net.Sockets;

namespace KafkaMesh.Proxy.Configuration;

/// <summary>
/// An address and port as <see cref="IPEndPoint.ToString"/> spells them. What is logged at every start does without .NET's formatter: that is generic
/// code which cannot be compiled ahead of time.
/// </summary>
internal static class EndPointText
{
    /// <summary><c>1.2.3.4:port</c> or <c>[v6]:port</c>.</summary>
    public static string Of(IPEndPoint endPoint)
    {
        IPAddress address = endPoint.Address;
        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            Span<byte> parts = stackalloc byte[4];
            address.TryWriteBytes(parts, out _);
            return $"{parts[0]}.{parts[1]}.{parts[2]}.{parts[3]}:{endPoint.Port}";
        }

        return address.Equals(IPAddress.IPv6Any) ? $"[::]:{endPoint.Port}" : endPoint.ToString();
    }
}
