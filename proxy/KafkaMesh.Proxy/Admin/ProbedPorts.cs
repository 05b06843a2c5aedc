using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace KafkaMesh.Proxy.Admin;

/// <summary>
/// Answers for the application whether a captured port accepts. The redirect would let the handshake of a TCP probe succeed while the application is
/// down, so the probe asks here instead. What is dialled is always the address of this pod that the question came to, and one of these ports: nobody
/// can make the sidecar reach anything else.
/// </summary>
/// <param name="ports">The ports that may be asked about.</param>
internal sealed class ProbedPorts(IReadOnlyCollection<int> ports)
{
    /// <summary>
    /// An outcome answers for so long. Whoever asks faster causes no more connections: each leaves an entry in the kernel's table of closed ones.
    /// A probe asks once a second at most.
    /// </summary>
    public static readonly TimeSpan Freshness = TimeSpan.FromMilliseconds(100);

    // The pod's own addresses are few; loopback has millions, which only the pod itself can ask by.
    private const int MaxRemembered = 256;

    private readonly Dictionary<IPEndPoint, (PortDial Dial, long Begun)> _latest = [];

    /// <summary>Reads the query of a request.</summary>
    /// <param name="query">Without the question mark.</param>
    /// <param name="error">What is wrong, one sentence; null when nothing is.</param>
    /// <returns>The port; meaningless after an error.</returns>
    public int PortOf(string query, out string? error)
    {
        int port = 0;
        error = null;
        foreach ((string name, string value) in QueryText.Read(query))
        {
            if (name != "port" || port != 0 || !int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out port) || port == 0)
            {
                port = 0;
                error = "the query is port=N";
                return port;
            }
        }

        if (!ports.Contains(port))
        {
            error = ports.Count == 0 ? "this sidecar captures no connections that the pod accepts" : $"the query is port=N, N one of the captured ports: {string.Join(", ", ports.Order())}";
        }

        return port;
    }

    /// <summary>Begins to reach a port, or gives the outcome that is still fresh.</summary>
    /// <param name="local">The address of this pod that the question came to.</param>
    /// <param name="port">One of the ports.</param>
    public PortDial Dial(IPAddress local, int port)
    {
        var target = new IPEndPoint(local, port);
        if (_latest.TryGetValue(target, out (PortDial Dial, long Begun) latest)
            && latest.Dial.Outcome is not null
            && Stopwatch.GetElapsedTime(latest.Begun) < Freshness)
        {
            return latest.Dial;
        }

        var dial = new PortDial(target);
        _ = dial.Poll();
        if (_latest.Count >= MaxRemembered)
        {
            _latest.Clear();
        }

        _latest[target] = (dial, Stopwatch.GetTimestamp());
        return dial;
    }
}
