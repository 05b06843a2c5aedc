using System.Net.Sockets;

namespace KafkaMesh.Proxy.Redirect;

/// <summary>Chains of ours in the nat tables of one iptables variant: read, compare, commit once, read back.</summary>
internal sealed class IptablesTables(RedirectBackend backend) : IRedirectTables
{
    /// <summary>Others may change the table between our reading and our commit, or right after it.</summary>
    private const int Attempts = 3;

    private readonly IptablesProgram _v4 = new(backend, AddressFamily.InterNetwork);
    private readonly IptablesProgram _v6 = new(backend, AddressFamily.InterNetworkV6);

    public IReadOnlyList<RedirectOutcome> Install(RedirectPlan plan)
    {
        RedirectOutcome v4 = Apply(IptablesRules.Of(plan.V4), _v4);
        return plan.V6.Count == 0 ? [v4] : [v4, Apply(IptablesRules.Of(plan.V6), _v6)];
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
        for (int attempt = 0; ; attempt++)
        {
            ProgramOutput saved = iptables.Save();
            if (!saved.Succeeded)
            {
                return RedirectOutcome.Failed(iptables.Name, saved.Error);
            }

            NatTable present = NatTable.Parse(saved.Out);
            if (IptablesRules.AreInPlace(wanted, present))
            {
                return new RedirectOutcome(iptables.Name, true, attempt == 0, "", lines);
            }

            if (attempt == Attempts)
            {
                return RedirectOutcome.Failed(iptables.Name, reason);
            }

            ProgramOutput restored = iptables.Restore(IptablesRules.Transaction(wanted, present));
            reason = restored.Succeeded ? $"{iptables.Name} accepted the rules but the kernel does not hold them as they were written" : restored.Error;
        }
    }
}
