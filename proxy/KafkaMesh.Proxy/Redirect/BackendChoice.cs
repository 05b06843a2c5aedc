using System.Net.Sockets;

namespace KafkaMesh.Proxy.Redirect;

/// <summary>
/// Chooses between iptables-nft and iptables-legacy by what the pod's network namespace already uses, not by what an image prefers: rules in the other
/// variant would be evaluated in an order that nobody planned.
/// </summary>
internal static class BackendChoice
{
    private const string LegacyTables = "/proc/net/ip_tables_names";

    /// <summary>Looks at the tables of both variants; does not touch legacy ones that are not in use, since listing them would load them.</summary>
    public static IptablesBackend Choose()
    {
        ProgramOutput nft = new IptablesProgram(IptablesBackend.Nft, AddressFamily.InterNetwork).Save();
        bool legacyInUse = HasLegacyNat();
        if (nft.Succeeded && !legacyInUse)
        {
            return IptablesBackend.Nft;
        }

        ProgramOutput legacy = new IptablesProgram(IptablesBackend.Legacy, AddressFamily.InterNetwork).Save();
        return Choose(nft.Succeeded ? NatTable.Parse(nft.Out) : null, legacy.Succeeded ? NatTable.Parse(legacy.Out) : null);
    }

    /// <param name="nft">The nat table of iptables-nft; null when it does not work here.</param>
    /// <param name="legacy">The nat table of iptables-legacy; null when it does not work here.</param>
    internal static IptablesBackend Choose(NatTable? nft, NatTable? legacy)
    {
        if (legacy is null || nft is null)
        {
            return nft is null && legacy is not null ? IptablesBackend.Legacy : IptablesBackend.Nft;
        }

        bool oursInNft = HasOurs(nft);
        bool oursInLegacy = HasOurs(legacy);
        if (oursInNft != oursInLegacy)
        {
            return oursInNft ? IptablesBackend.Nft : IptablesBackend.Legacy;
        }

        return legacy.RuleCount > nft.RuleCount ? IptablesBackend.Legacy : IptablesBackend.Nft;
    }

    private static bool HasOurs(NatTable table) => table.HasChain(RedirectRules.OutputChain) || table.HasChain(RedirectRules.PreroutingChain);

    private static bool HasLegacyNat()
    {
        try
        {
            return File.ReadLines(LegacyTables).Contains("nat");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // The kernel has no legacy tables, or hides them.
        }
    }
}
