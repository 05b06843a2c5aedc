namespace KafkaMesh.Proxy.Redirect;

/// <summary>The tables of each backend.</summary>
internal static class RedirectTables
{
    /// <summary>Those of one.</summary>
    public static IRedirectTables Of(RedirectBackend backend) => backend == RedirectBackend.Native ? new NftTables() : new IptablesTables(backend);
}
