using System.Net;
using System.Net.Sockets;

namespace KafkaMesh.Playground.Network.Dns;

/// <summary>The names of <c>cluster.local</c>: Services with a cluster address, and the pods of headless Services (Kubernetes DNS specification 1.1).</summary>
internal sealed class ClusterZone
{
    /// <summary>The cluster's domain.</summary>
    public const string Domain = "cluster.local";

    private volatile IReadOnlyDictionary<string, IReadOnlyList<IPAddress>> names = new Dictionary<string, IReadOnlyList<IPAddress>>();

    /// <summary>Replaces all names; keys are full names in lower case without the last dot.</summary>
    public void Replace(IReadOnlyDictionary<string, IReadOnlyList<IPAddress>> next) => names = next;

    /// <summary>The addresses of a name. A name outside the domain does not exist here: the bridge leads nowhere.</summary>
    public (DnsCode Code, IReadOnlyList<IPAddress> Addresses) Resolve(DnsQuestion question)
    {
        if (question.Class != DnsMessage.ClassInternet) return (DnsCode.Refused, []);
        if (!names.TryGetValue(question.Name, out var addresses)) return (IsInnerName(question.Name) ? DnsCode.NoError : DnsCode.NoSuchName, []);
        return question.Type switch
        {
            DnsMessage.TypeA => (DnsCode.NoError, Of(addresses, AddressFamily.InterNetwork)),
            DnsMessage.TypeAaaa => (DnsCode.NoError, Of(addresses, AddressFamily.InterNetworkV6)),
            _ => (DnsCode.NoError, []),
        };
    }

    /// <summary>A name below which others exist (as <c>svc.cluster.local</c>) exists itself, without addresses (RFC 8020).</summary>
    private bool IsInnerName(string name) => names.Keys.Any(key => key.EndsWith("." + name, StringComparison.Ordinal));

    private static List<IPAddress> Of(IReadOnlyList<IPAddress> addresses, AddressFamily family) => [.. addresses.Where(a => a.AddressFamily == family)];
}
