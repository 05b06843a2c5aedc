namespace KafkaMesh.Proxy.Redirect;

/// <summary>The two kernel interfaces that an iptables program may speak to.</summary>
internal enum IptablesBackend : byte
{
    /// <summary>iptables-nft: nf_tables, what current nodes use.</summary>
    Nft,

    /// <summary>iptables-legacy: ip_tables.</summary>
    Legacy,
}
