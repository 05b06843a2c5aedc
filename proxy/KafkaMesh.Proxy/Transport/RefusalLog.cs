using System.Diagnostics;
using System.Net;
using Serilog;

namespace KafkaMesh.Proxy.Transport;

/// <summary>
/// Counts refused connections and says so: the first of a reason at once, later ones at most once a minute with their number. Used by the accepting loop only.
/// </summary>
internal sealed class RefusalLog(TransportCounters counters, ILogger log)
{
    private static readonly long s_interval = Stopwatch.Frequency * 60;
    private readonly long[] _nextLine = new long[TransportCounters.Reasons.Length];

    /// <summary>Counts one refusal.</summary>
    public void Report(RefusalReason reason, IPEndPoint? client, string listener, IPEndPoint local)
    {
        long total = counters.CountRefused(reason);
        long now = Stopwatch.GetTimestamp();
        if (now < _nextLine[(int)reason])
        {
            return;
        }

        _nextLine[(int)reason] = now + s_interval;
        log.Warning(
            "Refused a connection from {Client} to {Listener} {Address}: {Reason}; {Total} so far",
            client,
            listener,
            local,
            Explain(reason),
            total);
    }

    private static string Explain(RefusalReason reason) => reason switch
    {
        RefusalReason.Limit => "the connection limit is reached (--max-connections, or the descriptor limit: ulimit -n)",
        RefusalReason.Descriptors => "no descriptor is left (ulimit -n)",
        RefusalReason.NotRedirected => "it was not redirected here by the kernel, so its destination is unknown",
        RefusalReason.Loop => "its destination is one of the sidecar's own ports, or it comes from the sidecar itself (a --forward that leads back here, or a uid that the redirect does not spare)",
        RefusalReason.Unresolved => "the name of the target has no address",
        _ => reason.ToString(),
    };
}
