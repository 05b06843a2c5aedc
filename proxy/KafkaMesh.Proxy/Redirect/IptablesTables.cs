using System.Net.Sockets;

namespace KafkaMesh.Proxy.Redirect;

/// <summary>Chains of ours in the nat tables of one iptables variant: read, compare, commit once, read back.</summary>
internal sealed class IptablesTables(RedirectBackend backend) : IRedirectTables
{
    /// <summary>Others may change the table between our reading and our commit; the commit then fails as a whole.</summary>
    private const int Attempts = 3;

    private readonly IptablesProgram _v4 = new(backend, AddressFamily.InterNetwork);
    private readonly IptablesProgram _v6 = new(backend, AddressFamily.InterNetworkV6);

    public IReadOnlyList<RedirectOutcome> Install(RedirectPlan plan)
    {
        RedirectOutcome v4 = Apply(IptablesRules.Of(plan.V4), _v4);
        return plan.V6.Count == 0 || !v4.IsApplied ? [v4] : [v4, Apply(IptablesRules.Of(plan.V6), _v6)];
    }

    public IReadOnlyList<RedirectOutcome> Remove(bool isDryRun) =>
        [.. new[] { _v4, _v6 }.Where(program => program.IsReadable).Select(program => Remove(program, isDryRun)).OfType<RedirectOutcome>()];

    private static RedirectOutcome? Remove(IptablesProgram iptables, bool isDryRun)
    {
        ProgramOutput saved = iptables.Save();
        if (!saved.Succeeded)
        {
            return null;
        }

        NatTable present = NatTable.Parse(saved.Out);
        string[] lines = [.. IptablesRules.Transaction([], present).Split('\n').Where(line => line.StartsWith('-'))];
        return isDryRun || lines.Length == 0 ? new RedirectOutcome(iptables.Name, true, lines.Length == 0, "", lines) : Apply([], iptables) with { Rules = lines };
    }

    private static RedirectOutcome Apply(IReadOnlyList<IptablesChain> wanted, IptablesProgram iptables)
    {
        string[] lines = [.. wanted.SelectMany(chain => chain.Rules.Select(rule => $"{chain.Name} {rule}").Prepend($"{chain.Hook} {chain.Jump}"))];
        string reason = "";
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            ProgramOutput before = iptables.Save();
            if (!before.Succeeded)
            {
                return RedirectOutcome.Failed(iptables.Name, before.Error);
            }

            NatTable present = NatTable.Parse(before.Out);
            if (IptablesRules.AreInPlace(wanted, present))
            {
                return new RedirectOutcome(iptables.Name, true, true, "", lines);
            }

            ProgramOutput restored = iptables.Restore(IptablesRules.Transaction(wanted, present));
            if (restored.Succeeded)
            {
                return ReadBack(wanted, iptables, lines);
            }

            reason = restored.Error;
        }

        return RedirectOutcome.Failed(iptables.Name, reason);
    }

    private static RedirectOutcome ReadBack(IReadOnlyList<IptablesChain> wanted, IptablesProgram iptables, string[] lines)
    {
        ProgramOutput after = iptables.Save();
        if (!after.Succeeded)
        {
            return RedirectOutcome.Failed(iptables.Name, after.Error);
        }

        return IptablesRules.AreInPlace(wanted, NatTable.Parse(after.Out))
            ? new RedirectOutcome(iptables.Name, true, false, "", lines)
            : RedirectOutcome.Failed(iptables.Name, $"{iptables.Name} accepted the rules but the kernel does not hold them as they were written");
    }
}
