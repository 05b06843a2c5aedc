using KafkaMesh.Proxy.Admin;
using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Commands;

/// <summary>
/// The end of a sidecar's life. A pod's containers get SIGTERM together, so existing and new connections are relayed on until none is left and the
/// application is gone; then the last figures wait a while for their reader.
/// <code>
///  running ─signal▶ draining ─ nothing left, /stats read ▶ listeners closed, final report read ▶ end
///                      │  └─── nothing left for 15 s ─────────────────────────────────────────▶ end
///                      └─────── grace period over, second signal ─────────────────────────────▶ end
/// </code>
/// </summary>
/// <param name="server">The transport.</param>
/// <param name="settings">Bounds.</param>
/// <param name="clock">Measures them.</param>
/// <param name="applicationLives">Whether the application is known to live: it may open a connection at any time.</param>
internal sealed class Drain(IRelayServer server, DrainSettings settings, TimeProvider clock, Func<bool> applicationLives) : IAdminState, IDisposable
{
    private const int LooksPerGlance = 10;

    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(50);

    private readonly ManualResetEventSlim _begun = new();
    private readonly ManualResetEventSlim _over = new();
    private volatile bool _finalReportRead;

    public bool IsDraining => _begun.IsSet;

    /// <summary>Takes a termination signal: the first begins the drain, the second ends it.</summary>
    public void Signal()
    {
        if (_begun.IsSet)
        {
            _over.Set();
        }

        _begun.Set();
    }

    /// <summary>Waits for a signal, drains, and says how it ended.</summary>
    /// <param name="onBegin">Called once the drain begins.</param>
    public DrainEnd Run(Action onBegin)
    {
        _begun.Wait();
        onBegin();
        long begin = clock.GetTimestamp();
        long idleSince = begin;
        bool lives = false;
        for (int looks = 0; clock.GetElapsedTime(begin) < settings.Timeout; looks++)
        {
            // Less often than at the connections: a list of thousands of sockets takes the kernel a while.
            lives = looks % LooksPerGlance == 0 ? applicationLives() : lives;
            if (_over.IsSet || _finalReportRead)
            {
                return _finalReportRead ? DrainEnd.Reported : DrainEnd.Interrupted;
            }

            if (server.Counters.Open > 0 || lives)
            {
                idleSince = clock.GetTimestamp();
            }
            else if (clock.GetElapsedTime(idleSince) >= settings.FinalReportWait)
            {
                return DrainEnd.NotCollected;
            }

            _over.Wait(s_look);
        }

        return server.Counters.Open > 0 ? DrainEnd.GraceOver : DrainEnd.NotCollected;
    }

    public string? WhyNotLive() => server.WhyNotLive();

    public string? WhyNotReady() => server.WhyNotReady();

    public bool TryFinish() => !applicationLives() && server.CloseIfIdle();

    public void FinalReportRead() => _finalReportRead = true;

    public void Dispose()
    {
        _begun.Dispose();
        _over.Dispose();
    }
}
