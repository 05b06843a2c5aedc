namespace KafkaMesh.Proxy.Redirect;

/// <summary>The ways to bring redirect rules into the kernel.</summary>
internal enum RedirectBackend : byte
{
    /// <summary>iptables-nft: nf_tables, what current nodes use.</summary>
    Nft,

    /// <summary>iptables-legacy: ip_tables.</summary>
    Legacy,

    /// <summary>The <c>nft</c> program and a table of our own: where there are no iptables tools, or the kernel lacks what they need.</summary>
    Native,
}
