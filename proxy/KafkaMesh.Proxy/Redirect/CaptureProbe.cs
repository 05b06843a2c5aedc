using System.Net;
using System.Net.Sockets;
using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Redirect;

/// <summary>
/// Proves that the kernel redirects: listens where the sidecar will, opens connections to the captured ports of an address outside the pod, and sees them
/// arrive with that address as their original destination. Where the redirect works no packet leaves the pod.
/// </summary>
internal static class CaptureProbe
{
    /// <summary>A redirected connection stays on this machine: it opens within microseconds.</summary>
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(2);

    /// <summary>Tries every captured port of one family. Only what the pod opens can be tried from inside.</summary>
    public static ProbeOutcome Run(RedirectSettings settings, AddressFamily family)
    {
        if (ProbeTargets.Find(settings, family) is not { } target)
        {
            return new ProbeOutcome(ProbeVerdict.NotTried, "no address that is captured has a route from here");
        }

        using var listener = new Socket(family, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.Bind(new IPEndPoint(family == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Loopback : IPAddress.Loopback, settings.OutboundPort));
            listener.Listen();
        }
        catch (SocketException e)
        {
            return new ProbeOutcome(ProbeVerdict.NotTried, $"port {settings.OutboundPort} cannot be listened on ({e.Message}): does the sidecar run already?");
        }

        foreach (int port in settings.Ports)
        {
            if (TryPort(listener, new IPEndPoint(target, port)) is { } failure)
            {
                return new ProbeOutcome(ProbeVerdict.NotCaptured, $"a connection to {new IPEndPoint(target, port)} did not arrive at port {settings.OutboundPort}: {failure}");
            }
        }

        return new ProbeOutcome(ProbeVerdict.Captured, $"connections to {target} port {string.Join(',', settings.Ports)} arrived at port {settings.OutboundPort}");
    }

    private static string? TryPort(Socket listener, IPEndPoint target)
    {
        using var client = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { LingerState = new LingerOption(true, 0) };
        using var limit = new CancellationTokenSource(s_limit);
        try
        {
            client.ConnectAsync(target, limit.Token).AsTask().GetAwaiter().GetResult();
            using Socket accepted = listener.AcceptAsync(limit.Token).AsTask().GetAwaiter().GetResult();
            RefusalReason? refused = new OriginalDestination([]).Find((int)accepted.Handle, out IReadOnlyList<IPEndPoint> original);
            return refused is null && original[0].Equals(target) ? null : "the kernel does not tell where it was going";
        }
        catch (OperationCanceledException)
        {
            return $"nothing within {s_limit.TotalSeconds} s";
        }
        catch (SocketException e)
        {
            return e.Message;
        }
    }
}
