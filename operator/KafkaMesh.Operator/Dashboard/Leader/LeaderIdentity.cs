using System.Net;

namespace KafkaMesh.Operator.Dashboard.Leader;

/// <summary>
/// The holder of the lease with the address of its dashboard: <c>POD_RANDOM@10.0.0.7:8081</c>. To an operator that does not know of addresses it is
/// a name like any other, and one without address is a leader that cannot be asked.
/// </summary>
internal static class LeaderIdentity
{
    private const char Separator = '@';

    /// <summary>Adds an address.</summary>
    /// <param name="identity">Unique name of the process.</param>
    /// <param name="podIP">Address of its pod; null when that is not known.</param>
    /// <param name="port">Port of its dashboard; null when it has none.</param>
    public static string With(string identity, IPAddress? podIP, int? port) =>
        podIP is null || port is null ? identity : $"{identity}{Separator}{new IPEndPoint(podIP, port.Value)}";

    /// <summary>The address in an identity; null when there is none.</summary>
    public static IPEndPoint? AddressOf(string? identity)
    {
        var at = identity?.LastIndexOf(Separator) ?? -1;
        return at >= 0 && IPEndPoint.TryParse(identity.AsSpan(at + 1), out var address) && address.Port > 0 ? address : null;
    }
}
