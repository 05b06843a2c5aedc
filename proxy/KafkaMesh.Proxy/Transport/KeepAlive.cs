using System.Globalization;

namespace KafkaMesh.Proxy.Transport;

/// <summary>When the kernel probes the peer of a silent connection (tcp(7), RFC 9293 section 3.8.4). 0 leaves what the pod has, net.ipv4.tcp_keepalive_*.</summary>
/// <param name="IdleSeconds">Silence before the first probe, at most <see cref="MostSeconds"/>.</param>
/// <param name="IntervalSeconds">Between probes that are not answered, at most <see cref="MostSeconds"/>.</param>
/// <param name="Count">Unanswered probes after which the connection is reset, at most <see cref="MostProbes"/>.</param>
internal readonly record struct KeepAlive(int IdleSeconds, int IntervalSeconds, int Count)
{
    /// <summary>What Linux takes.</summary>
    public const int MostSeconds = 32_767;

    /// <summary>What Linux takes.</summary>
    public const int MostProbes = 127;

    /// <summary>
    /// The idle time when nothing else is said, unless the pod's is shorter. Half of the shortest idle timeout that clouds have by default: AWS's NLB
    /// 350 s, Azure's load balancer and NAT 240 s, Google's firewall 600 s. The application's own setting, which the relay ends, cannot be seen.
    /// </summary>
    public const int DefaultIdleSeconds = 120;

    private const string PodsIdle = "/proc/sys/net/ipv4/tcp_keepalive_time";

    /// <summary>The idle time when nothing else is said.</summary>
    public static int UsualIdleSeconds()
    {
        try
        {
            return int.TryParse(File.ReadAllText(PodsIdle), NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out int seconds)
                ? Math.Min(seconds, DefaultIdleSeconds) : DefaultIdleSeconds;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return DefaultIdleSeconds; // Another system, or no /proc.
        }
    }
}
