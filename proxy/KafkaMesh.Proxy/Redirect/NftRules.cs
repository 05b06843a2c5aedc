using System.Net;
using System.Net.Sockets;
using System.Text;

namespace KafkaMesh.Proxy.Redirect;

/// <summary>The notation of nft(8): one table of our own for both address families.</summary>
internal static class NftRules
{
    /// <summary>Family and name of our table.</summary>
    public const string Table = "inet kafkamesh";

    /// <summary>In front of the nat tables of iptables (dstnat, -100): another mesh then sees the sidecar's connections, not the application's.</summary>
    private const int Priority = -101;

    /// <summary>Input for <c>nft -f</c> that removes our table, whether it is there or not.</summary>
    public const string Removal = $"add table {Table}\ndelete table {Table}\n";

    /// <summary>Input for <c>nft -f</c> that puts our table in place of whatever it held, in a single commit.</summary>
    public static string Transaction(RedirectPlan plan)
    {
        var text = new StringBuilder(Removal).Append($"table {Table} {{\n");
        foreach (RedirectHook hook in Hooks(plan))
        {
            string name = Name(hook);
            text.Append($"\tchain {name} {{\n\t\ttype nat hook {name} priority {Priority}; policy accept;\n");
            foreach (string rule in Rules(plan, hook))
            {
                text.Append($"\t\t{rule}\n");
            }

            text.Append("\t}\n");
        }

        return text.Append("}\n").ToString();
    }

    /// <summary>The rules behind one hook; what both families have stands there once.</summary>
    public static IEnumerable<string> Rules(RedirectPlan plan, RedirectHook hook) =>
        plan.V4.Concat(plan.V6).Where(chain => chain.Hook == hook).SelectMany(chain => chain.Rules.Select(rule => Render(rule, chain))).Distinct();

    /// <summary>
    /// What nft lists has a chain and a rule for each of ours, in order. Only hooks and comments are compared: programs of different ages print the
    /// same rule differently, and the table was replaced as a whole.
    /// </summary>
    public static bool AreInPlace(RedirectPlan plan, string listed) => Marks(Transaction(plan)).SequenceEqual(Marks(listed));

    private static IEnumerable<string> Marks(string text)
    {
        foreach (string line in text.Split('\n', StringSplitOptions.TrimEntries))
        {
            int comment = line.IndexOf("comment \"kafkamesh/", StringComparison.Ordinal);
            if (comment >= 0)
            {
                yield return line[comment..];
            }
            else if (line.StartsWith("chain ", StringComparison.Ordinal))
            {
                yield return line;
            }
        }
    }

    private static IEnumerable<RedirectHook> Hooks(RedirectPlan plan) => plan.V4.Concat(plan.V6).Select(chain => chain.Hook).Distinct();

    private static string Name(RedirectHook hook) => hook == RedirectHook.Output ? "output" : "prerouting";

    private static string Render(RedirectRule rule, RedirectChain chain)
    {
        bool isOutput = chain.Hook == RedirectHook.Output;
        string match = (rule.OwnerUid is { } uid ? $"meta skuid {uid} " : "") + (rule.IsLoopbackInterface ? $"{(isOutput ? "oifname" : "iifname")} \"lo\" " : "");
        if (rule.Remote is { } remote)
        {
            match += Match(remote, chain.Family, isOutput ? "daddr" : "saddr");
        }

        if (rule.Ports.Count > 0)
        {
            match += $"tcp dport {(rule.Ports.Count == 1 ? rule.Ports[0] : $"{{ {string.Join(", ", rule.Ports)} }}")} counter ";
        }

        return $"{match}{(rule.RedirectTo == 0 ? "return" : $"redirect to :{rule.RedirectTo}")} comment \"kafkamesh/{rule.Reason}\"";
    }

    private static string Match(IPNetwork remote, AddressFamily family, string side)
    {
        bool isV6 = family == AddressFamily.InterNetworkV6;
        return remote.PrefixLength == 0 ? $"meta nfproto {(isV6 ? "ipv6" : "ipv4")} " : $"{(isV6 ? "ip6" : "ip")} {side} {remote} ";
    }
}
