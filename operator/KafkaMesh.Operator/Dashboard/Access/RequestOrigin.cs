using System.Net;
using Microsoft.AspNetCore.Http;

namespace KafkaMesh.Operator.Dashboard.Access;

/// <summary>
/// Where a request comes from: the address that connected, then the one before it, and so on, as <c>X-Forwarded-For</c> tells. Each address is said by the one
/// before it in the list, and only the first is certain: whoever connects can say anything about those behind. So a later one may divide the share of
/// those before it, and never add to it. The API server's proxies append the address of their caller (Go's httputil.ReverseProxy), so that
/// the second one can be relied on where they connect; they take away <c>Authorization</c>, and leave <see cref="Contracts.WellKnownNames.TokenHeader"/>.
/// </summary>
internal static class RequestOrigin
{
    /// <summary>The header.</summary>
    public const string Header = "X-Forwarded-For";

    /// <summary>Addresses that are looked at: a client, the API server, and a replica that passes on.</summary>
    public const int MaxAddresses = 3;

    /// <summary>The addresses, nearest first; what is no address ends them.</summary>
    public static IReadOnlyList<IPAddress> Of(HttpContext context)
    {
        List<IPAddress> result = [Plain(context.Connection.RemoteIpAddress ?? IPAddress.None)];
        foreach (var text in context.Request.Headers[Header].SelectMany(value => (value ?? "").Split(',')).Reverse())
        {
            if (result.Count >= MaxAddresses || !IPAddress.TryParse(text.AsSpan().Trim(), out var address))
                break;
            result.Add(Plain(address));
        }
        return result;
    }

    /// <summary>The header for somebody to whom the request is passed on.</summary>
    public static string Write(HttpContext context) => string.Join(", ", Of(context).Take(MaxAddresses - 1).Reverse());

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
