using System.Diagnostics;
using System.Net;
using KafkaMesh.Proxy.Transport;
using KafkaMesh.Proxy.Transport.Posix;

namespace KafkaMesh.Proxy.Admin;

/// <summary>One attempt to reach a port of the pod, closed as soon as its outcome is known; no byte is sent.</summary>
internal sealed unsafe class PortDial : IDisposable
{
    /// <summary>How long an application may take to accept: no probe of a kubelet should wait longer, and nobody else may.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly long _end = Stopwatch.GetTimestamp() + (long)(Limit.TotalSeconds * Stopwatch.Frequency);
    private int _descriptor;

    /// <summary>Begins to connect.</summary>
    public PortDial(IPEndPoint target)
    {
        Target = target;
        _descriptor = OutgoingSocket.Connect(target);
        if (_descriptor < 0)
        {
            Outcome = -_descriptor;
        }
    }

    /// <summary>What is dialled.</summary>
    public IPEndPoint Target { get; }

    /// <summary>0 when the port accepted, else the kernel's error number; null while neither is known.</summary>
    public int? Outcome { get; private set; }

    /// <summary>Looks whether the outcome is known now.</summary>
    /// <returns><see cref="Outcome"/>.</returns>
    public int? Poll()
    {
        if (Outcome is null)
        {
            int result = Again();
            if (result is 0 or -Errno.AlreadyConnected)
            {
                result = IsConnectedToItself() ? -Errno.ConnectionRefused : 0;
            }

            bool isPending = result is -Errno.AlreadyConnecting or -Errno.InProgress or -Errno.Interrupted;
            if (!isPending || Stopwatch.GetTimestamp() >= _end)
            {
                Outcome = isPending ? Errno.TimedOut : -result;
                Dispose();
            }
        }

        return Outcome;
    }

    /// <summary>Gives up.</summary>
    public void Dispose()
    {
        if (_descriptor >= 0)
        {
            _ = Libc.Close(_descriptor);
            _descriptor = -1;
        }
    }

    private bool IsConnectedToItself() => SocketAddressBytes.OfSocket(_descriptor) is { } local && OwnDials.IsConnectedToItself(local, Target);

    // A second connect on the same socket tells how the first one stands: connect(2), EALREADY and EISCONN.
    private int Again()
    {
        Span<byte> address = stackalloc byte[SocketAddressBytes.MaxLength];
        int length = SocketAddressBytes.Write(Target, address);
        fixed (byte* pointer = address)
        {
            return Libc.Connect(_descriptor, pointer, length);
        }
    }
}
