using System.Net.Sockets;

namespace KafkaMesh.Proxy.Redirect;

/// <summary>The rules of one address family behind one hook, in order: the first that matches decides.</summary>
/// <param name="Hook">Where it stands.</param>
/// <param name="Family">InterNetwork or InterNetworkV6.</param>
/// <param name="Rules">Its rules.</param>
internal sealed record RedirectChain(RedirectHook Hook, AddressFamily Family, IReadOnlyList<RedirectRule> Rules);
