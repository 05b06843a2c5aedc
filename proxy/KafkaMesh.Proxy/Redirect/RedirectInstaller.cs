namespace KafkaMesh.Proxy.Redirect;

/// <summary>Brings the chains into the kernel: read, compare, commit once, read back.</summary>
internal static class RedirectInstaller
{
    /// <summary>Others may change the table between our reading and our commit; the commit then fails as a whole.</summary>
    private const int Attempts = 3;

    /// <summary>Makes the kernel's table hold these chains. Running it again changes nothing.</summary>
    public static RedirectOutcome Install(IReadOnlyList<RedirectChain> wanted, IptablesProgram iptables)
    {
        string reason = "";
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            ProgramOutput before = iptables.Save();
            if (!before.Succeeded)
            {
                return new RedirectOutcome(false, false, before.Error);
            }

            NatTable present = NatTable.Parse(before.Out);
            if (RedirectRules.AreInPlace(wanted, present))
            {
                return new RedirectOutcome(true, true, "");
            }

            ProgramOutput restored = iptables.Restore(RedirectRules.Transaction(wanted, present));
            if (restored.Succeeded)
            {
                return Verify(wanted, iptables);
            }

            reason = restored.Error;
        }

        return new RedirectOutcome(false, false, reason);
    }

    private static RedirectOutcome Verify(IReadOnlyList<RedirectChain> wanted, IptablesProgram iptables)
    {
        ProgramOutput after = iptables.Save();
        if (!after.Succeeded)
        {
            return new RedirectOutcome(false, false, after.Error);
        }

        return RedirectRules.AreInPlace(wanted, NatTable.Parse(after.Out))
            ? new RedirectOutcome(true, false, "")
            : new RedirectOutcome(false, false, $"{iptables.Name} accepted the rules but the kernel does not hold them as they were written");
    }
}
