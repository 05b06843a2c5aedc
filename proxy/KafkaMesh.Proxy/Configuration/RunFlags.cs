namespace KafkaMesh.Proxy.Configuration;

/// <summary>The flags of <c>kafkamesh-proxy run</c>.</summary>
internal static class RunFlags
{
    private const string Port = "a port, 1-65535";
    private const string Series = "a number, 0-10000; 0 switches it off";

    public static readonly Flag Mode = new(
        "mode", "transparent or forward", null,
        "transparent: relay what the kernel redirects here; forward: listen on the addresses of --forward (which implies it)");
    public static readonly Flag OutboundPort = new("outbound-port", Port, "4591", "Where connections that the pod opens are redirected to");
    public static readonly Flag InboundPort = new("inbound-port", Port, "4592", "Where connections that the pod accepts are redirected to");
    public static readonly Flag AdminAddress = new(
        "admin-address", "an IPv4 or IPv6 address", "[::]", "Address of /metrics, /stats, /livez, /readyz, /probe/tcp, /connections and /tap; [::] takes IPv4 too");
    public static readonly Flag AdminPort = new("admin-port", "a port, 0-65535; 0 takes a free one", "4594", "Port of the admin address");
    public static readonly Flag ProbePorts = new(
        "probe-ports", "ports, 1-65535, separated by commas, at most 64", null,
        "Captured inbound ports that /probe/tcp?port=N tries for TCP probes, which the redirect would let succeed while the application is down")
    {
        IsList = true,
    };
    public static readonly Flag Forward = new(
        "forward",
        "LISTEN=TARGET, LISTEN as 127.0.0.1:19092 or [::1]:19092, TARGET as host:9092, 10.0.0.1:9092 or [fd00::1]:9092",
        null,
        "Relays one address to a broker without a redirect")
    {
        IsList = true,
    };

    public static readonly Flag Loops = new("loops", "a number, 0-64; 0 takes one per CPU of the quota, at most 64, a part counts as one", "0", "Event loops, one thread each");
    public static readonly Flag Transport = new(
        "transport", "auto, epoll or portable", "auto", "What relays the bytes: auto takes epoll on Linux, else .NET's sockets (for development)");
    public static readonly Flag MaxConnections = new(
        "max-connections", "a number, 1-1000000", "1000000", "Connections at a time; the descriptor limit may allow fewer");
    public static readonly Flag ConnectTimeout = new(
        "connect-timeout", "seconds, or a number with ms, s or m, at most an hour; 0 leaves it to the kernel", "10s", "How long an address of a broker may take to accept before the next is tried, or the client is reset");
    public static readonly Flag KeepAliveIdle = new(
        "keepalive-idle", "a number of seconds, 0-32767; 0 takes the pod's", "120",
        "Silence after which the kernel probes both peers of a connection; by default the pod's net.ipv4.tcp_keepalive_time where that is shorter");
    public static readonly Flag KeepAliveInterval = new(
        "keepalive-interval", "a number of seconds, 0-32767; 0 takes the pod's", "0", "Time between probes that are not answered");
    public static readonly Flag KeepAliveCount = new(
        "keepalive-count", "a number, 0-127; 0 takes the pod's", "0", "Unanswered probes after which a connection is reset");
    public static readonly Flag DrainTimeout = new(
        "drain-timeout", "seconds, or a number with ms, s or m, at most an hour", "25s", "How long to relay on after SIGTERM");
    public static readonly Flag WaitForApplication = new(
        "wait-for-application", "true or false", "false",
        "After SIGTERM relay on while another container of the pod holds a TCP socket: for a plain container, which gets the signal together with the application")
    {
        IsSwitch = true,
    };
    public static readonly Flag LogLevel = new(
        "log-level", "debug, info, warning or error", "info", "Least level that is logged; debug logs a line per request and response");
    public static readonly Flag Decode = new(
        "decode", "on or off", "on", "off: nothing is recognised; connections count as opaque, with their bytes");
    public static readonly Flag Pod = new("pod", "a name", null, "Pod that this sidecar belongs to");
    public static readonly Flag Namespace = new("namespace", "a name", null, "Namespace of the pod");
    public static readonly Flag Monitor = new("monitor", "a name", null, "KafkaMonitor that this sidecar belongs to");
    public static readonly Flag PodUid = new("pod-uid", "a uid", null, "Uid of the pod: access tokens are for one pod");
    public static readonly Flag AccessKey = new(
        "access-key", "a public key on P-256, SubjectPublicKeyInfo in base64", null,
        "Checks the tokens of callers from outside the pod on /connections and /tap; without it only the pod's own are answered");
    public static readonly Flag TopicsLimit = new("topics-limit", Series, "200", "Topics told apart; more are counted together");
    public static readonly Flag ClientsLimit = new("clients-limit", Series, "100", "Client ids told apart; more are counted together");
    public static readonly Flag GroupsLimit = new("groups-limit", Series, "100", "Consumer groups told apart; more are counted together");

    /// <summary>All of them, in the order of the help.</summary>
    public static readonly Flag[] All =
    [
        Mode, OutboundPort, InboundPort, Forward, AdminAddress, AdminPort, ProbePorts, Transport, Loops, MaxConnections, ConnectTimeout, KeepAliveIdle, KeepAliveInterval, KeepAliveCount, DrainTimeout, WaitForApplication, LogLevel, Decode,
        Pod, PodUid, Namespace, Monitor, AccessKey, TopicsLimit, ClientsLimit, GroupsLimit,
    ];
}
