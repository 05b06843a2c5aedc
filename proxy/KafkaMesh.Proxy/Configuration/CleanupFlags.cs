namespace KafkaMesh.Proxy.Configuration;

/// <summary>The flags of <c>kafkamesh-proxy cleanup</c>.</summary>
internal static class CleanupFlags
{
    public static readonly Flag DryRun = InitFlags.DryRun with { Description = "Print what would be removed and change nothing" };

    /// <summary>All of them.</summary>
    public static readonly Flag[] All = [DryRun];
}
