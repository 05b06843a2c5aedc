namespace KafkaMesh.Proxy.Redirect;

/// <summary>One of our chains in the nat table, in the words of iptables-save.</summary>
/// <param name="Hook">Built-in chain that jumps to it.</param>
/// <param name="Name">Its name.</param>
/// <param name="Jump">Rule of the hook, without <c>-A HOOK</c>.</param>
/// <param name="Rules">Its rules in order, without <c>-A NAME</c>.</param>
internal sealed record IptablesChain(string Hook, string Name, string Jump, IReadOnlyList<string> Rules);
