using System.Net;

namespace KafkaMesh.Proxy.Redirect;

/// <summary>One rule, in no notation: it matches when everything that is set matches, and then leaves the connection alone or redirects it.</summary>
/// <param name="Reason">Why it is there; stands in the kernel as the rule's comment.</param>
internal sealed record RedirectRule(string Reason)
{
    /// <summary>User whose sockets it matches.</summary>
    public int? OwnerUid { get; init; }

    /// <summary>Matches the loopback interface.</summary>
    public bool IsLoopbackInterface { get; init; }

    /// <summary>The other side: destination of what the pod opens, source of what it accepts.</summary>
    public IPNetwork? Remote { get; init; }

    /// <summary>TCP destination ports; none matches all.</summary>
    public IReadOnlyList<int> Ports { get; init; } = [];

    /// <summary>Port of this pod that takes the connection; 0 leaves it alone.</summary>
    public int RedirectTo { get; init; }
}
