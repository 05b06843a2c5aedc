using System.Net;
using System.Text;

namespace KafkaMesh.Proxy.Redirect;

/// <summary>
/// The notation of iptables. Each rule is written exactly as iptables-save prints it, so that what is in the kernel can be compared with what should be.
/// </summary>
internal static class IptablesRules
{
    /// <summary>Our chain behind OUTPUT.</summary>
    public const string OutputChain = "KAFKAMESH_OUTPUT";

    /// <summary>Our chain behind PREROUTING.</summary>
    public const string PreroutingChain = "KAFKAMESH_PREROUTING";

    private static readonly (string Hook, string Name)[] s_own = [("OUTPUT", OutputChain), ("PREROUTING", PreroutingChain)];

    /// <summary>Chains of one family in this notation.</summary>
    public static IReadOnlyList<IptablesChain> Of(IReadOnlyList<RedirectChain> chains) => [.. chains.Select(Of)];

    /// <summary>The table holds anything of ours.</summary>
    public static bool HasOurs(NatTable table) => s_own.Any(own => HasChainOrJump(table, own.Hook, own.Name));

    /// <summary>
    /// Input for <c>iptables-restore --noflush</c> that turns the present table into the wanted one in a single commit: own chains are emptied and
    /// filled, jumps to them become one, in front; chains that are not wanted any more go. Other rules stay as they are.
    /// </summary>
    /// <param name="wanted">Our chains; none removes everything of ours.</param>
    /// <param name="present">What the kernel holds.</param>
    public static string Transaction(IReadOnlyList<IptablesChain> wanted, NatTable present)
    {
        var text = new StringBuilder("*nat\n");
        foreach (IptablesChain chain in wanted)
        {
            text.Append($":{chain.Name} - [0:0]\n"); // Makes it, or empties it.
        }

        foreach ((string hook, string name) in s_own)
        {
            foreach (string jump in present.JumpsTo(hook, name))
            {
                text.Append($"-D {hook} {jump}\n");
            }

            if (present.HasChain(name) && wanted.All(chain => chain.Name != name))
            {
                text.Append($"-F {name}\n-X {name}\n");
            }
        }

        foreach (IptablesChain chain in wanted)
        {
            foreach (string rule in chain.Rules)
            {
                text.Append($"-A {chain.Name} {rule}\n");
            }

            // In front: another mesh then sees the sidecar's connections, not the application's.
            text.Append($"-I {chain.Hook} 1 {chain.Jump}\n");
        }

        return text.Append("COMMIT\n").ToString();
    }

    /// <summary>The table holds exactly these chains of ours, each behind one jump in front of its hook.</summary>
    public static bool AreInPlace(IReadOnlyList<IptablesChain> wanted, NatTable present) =>
        s_own.All(own => wanted.Any(chain => chain.Name == own.Name) || !HasChainOrJump(present, own.Hook, own.Name))
        && wanted.All(chain =>
            present.Rules(chain.Name).SequenceEqual(chain.Rules)
            && present.JumpsTo(chain.Hook, chain.Name).Count() == 1
            && present.Rules(chain.Hook)[0] == chain.Jump);

    private static bool HasChainOrJump(NatTable table, string hook, string name) => table.HasChain(name) || table.JumpsTo(hook, name).Any();

    private static IptablesChain Of(RedirectChain chain) => chain.Hook == RedirectHook.Output
        ? new IptablesChain("OUTPUT", OutputChain, $"-p tcp {Comment("outbound")} -j {OutputChain}", Rules(chain, "-d", "-o"))
        : new IptablesChain("PREROUTING", PreroutingChain, $"-p tcp {Comment("inbound")} -j {PreroutingChain}", Rules(chain, "-s", "-i"));

    private static List<string> Rules(RedirectChain chain, string side, string way)
    {
        var lines = new List<string>();
        foreach (RedirectRule rule in chain.Rules)
        {
            string match = (rule.OwnerUid is { } uid ? $"-m owner --uid-owner {uid} " : "") + (rule.IsLoopbackInterface ? $"{way} lo " : "") + Match(side, rule.Remote);
            string target = $"{Comment(rule.Reason)} -j {(rule.RedirectTo == 0 ? "RETURN" : $"REDIRECT --to-ports {rule.RedirectTo}")}";
            if (rule.Ports.Count == 0)
            {
                lines.Add(match + target);
            }

            lines.AddRange(rule.Ports.Select(port => $"{match}-p tcp -m tcp --dport {port} {target}"));
        }

        return lines;
    }

    // iptables-save leaves out a range that matches everything.
    private static string Match(string side, IPNetwork? range) => range is { PrefixLength: > 0 } some ? $"{side} {some} " : "";

    private static string Comment(string reason) => $"-m comment --comment \"kafkamesh/{reason}\"";
}
