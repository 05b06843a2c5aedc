using System.Net.Sockets;

namespace KafkaMesh.Proxy.Redirect;

/// <summary>
/// Chooses the backend by what the pod's network namespace already uses, not by what an image prefers: rules in the other iptables variant would be
/// evaluated in an order that nobody planned.
/// </summary>
internal static class BackendChoice
{
    /// <summary>Looks at the tables of every backend; does not touch legacy ones that are not in use.</summary>
    /// <returns>All backends, in the order to try them: the one in use first, legacy only when nothing else does what is needed.</returns>
    public static IReadOnlyList<RedirectBackend> Choose()
    {
        NatTable? nft = Read(RedirectBackend.Nft);
        bool readsLegacy = nft is null || new IptablesProgram(RedirectBackend.Legacy, AddressFamily.InterNetwork).IsReadable;
        return Choose(nft, readsLegacy ? Read(RedirectBackend.Legacy) : null, NftTables.HasOurs());
    }

    /// <param name="nft">The nat table of iptables-nft; null when it does not work here.</param>
    /// <param name="legacy">The nat table of iptables-legacy; null when it does not work here or is not in use.</param>
    /// <param name="oursInNative">Our table of nft is there; null when the program does not work here.</param>
    internal static IReadOnlyList<RedirectBackend> Choose(NatTable? nft, NatTable? legacy, bool? oursInNative)
    {
        // What can be listed cannot always be written: kernels lack single matches of iptables-nft, or the whole of nft behind a program that works.
        RedirectBackend[] rest = oursInNative is null
            ? [RedirectBackend.Nft, RedirectBackend.Legacy, RedirectBackend.Native]
            : [RedirectBackend.Native, RedirectBackend.Nft, RedirectBackend.Legacy];
        return [.. First(nft, legacy, oursInNative).Concat(rest).Distinct()];
    }

    private static RedirectBackend[] First(NatTable? nft, NatTable? legacy, bool? oursInNative)
    {
        if (Choose(nft, legacy) is not { } variant)
        {
            return [];
        }

        bool oursInIptables = IptablesRules.HasOurs((variant == RedirectBackend.Nft ? nft : legacy)!);
        return oursInNative is true && !oursInIptables ? [RedirectBackend.Native, variant] : [variant];
    }

    private static RedirectBackend? Choose(NatTable? nft, NatTable? legacy)
    {
        if (legacy is null || nft is null)
        {
            return nft is not null ? RedirectBackend.Nft : legacy is not null ? RedirectBackend.Legacy : null;
        }

        bool oursInNft = IptablesRules.HasOurs(nft);
        bool oursInLegacy = IptablesRules.HasOurs(legacy);
        if (oursInNft != oursInLegacy)
        {
            return oursInNft ? RedirectBackend.Nft : RedirectBackend.Legacy;
        }

        return legacy.RuleCount > nft.RuleCount ? RedirectBackend.Legacy : RedirectBackend.Nft;
    }

    private static NatTable? Read(RedirectBackend backend) =>
        new IptablesProgram(backend, AddressFamily.InterNetwork).Save() is { Succeeded: true, Out: var saved } ? NatTable.Parse(saved) : null;
}
