namespace KafkaMesh.Proxy.Configuration;

/// <summary>The flags of <c>kafkamesh-proxy init</c>.</summary>
internal static class InitFlags
{
    private const string Ranges = "address ranges as 10.0.0.0/8 or fd00::/8, separated by commas";

    public static readonly Flag Ports = new(
        "ports", "ports, 1-65535, separated by commas, at most 64", "9092", "Kafka ports to capture; nothing else is touched")
    {
        IsList = true,
    };
    public static readonly Flag Direction = new(
        "direction", "outbound, inbound or both", "outbound", "Connections to capture: those that the pod opens (clients), those that it accepts (brokers)");
    public static readonly Flag OutboundPort = RunFlags.OutboundPort;
    public static readonly Flag InboundPort = RunFlags.InboundPort;
    public static readonly Flag AdminPort = new(
        "admin-port", "a port, 1-65535", "4594", "Port of the sidecar's probes and metrics; no other mesh's rules take its connections");
    public static readonly Flag ProxyUid = new(
        "proxy-uid", "a user id, 1-2147483647", "4092", "User that the sidecar runs as; its own connections are not captured");
    public static readonly Flag IncludeCidrs = new("include-cidrs", Ranges, null, "Remote addresses to capture; all when not given") { IsList = true };
    public static readonly Flag ExcludeCidrs = new("exclude-cidrs", Ranges, null, "Remote addresses never to capture") { IsList = true };
    public static readonly Flag Backend = new(
        "backend", "auto, nft, legacy or native", "auto",
        "nft and legacy are the two variants of iptables, native is the nft program; auto takes the one that the pod's rules are in already, else nft, else what works");
    public static readonly Flag DryRun = new("dry-run", "true or false", "false", "Print the rules and change nothing") { IsSwitch = true };

    public static readonly Flag Verify = new(
        "verify", "true or false", "false", "Open real connections to the captured ports and fail unless they arrive where the sidecar will listen")
    {
        IsSwitch = true,
    };

    /// <summary>All of them, in the order of the help.</summary>
    public static readonly Flag[] All = [Ports, Direction, OutboundPort, InboundPort, AdminPort, ProxyUid, IncludeCidrs, ExcludeCidrs, Backend, Verify, DryRun];
}
