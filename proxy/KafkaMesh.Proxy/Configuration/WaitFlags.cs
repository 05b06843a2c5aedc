namespace KafkaMesh.Proxy.Configuration;

/// <summary>The flags of <c>kafkamesh-proxy wait</c>; their variables are those of the sidecar that it waits for.</summary>
internal static class WaitFlags
{
    public static readonly Flag AdminAddress = RunFlags.AdminAddress with { Description = "Address on which the sidecar answers /readyz; [::] stands for 127.0.0.1" };
    public static readonly Flag AdminPort = RunFlags.AdminPort with { Accepts = "a port, 1-65535", Description = "Port of that address" };
    public static readonly Flag WaitTimeout = new(
        "wait-timeout", "seconds, or a number with ms, s or m, at most an hour", "60s", "How long the sidecar may take to get ready");

    /// <summary>All of them.</summary>
    public static readonly Flag[] All = [AdminAddress, AdminPort, WaitTimeout];
}
