using KafkaMesh.Proxy.Transport.Posix;

namespace KafkaMesh.Proxy.Transport;

/// <summary>How many connections the process can relay with the descriptors it may hold.</summary>
internal static class ConnectionLimit
{
    /// <summary>Two sockets each.</summary>
    private const int DescriptorsPerConnection = 2;

    /// <summary>For the admin server's callers, a refused connection in passing, the runtime's own files and logs.</summary>
    private const int Reserve = 48;

    /// <summary>At most this part of the descriptors is for pipes: they save CPU time, connections are what the process is for.</summary>
    private const int PartForPipes = 32;

    private const int LookedAt = 1024;

    /// <summary>How many pipes each loop may hold.</summary>
    public static int PipesPerLoop(int loops) => Math.Min(SplicePipes.Most, Libc.DescriptorLimit() / PartForPipes / SplicePipe.Descriptors / loops);

    /// <summary>The configured limit, or a lower one that RLIMIT_NOFILE forces; 0 when not even one fits.</summary>
    /// <param name="configured">Wanted limit.</param>
    /// <param name="pipes">Pipes that the process may hold.</param>
    public static int Compute(int configured, int pipes) => Compute(
        configured, Libc.DescriptorLimit(), OpenDescriptors() + (pipes * SplicePipe.Descriptors));

    // The kernel gives the lowest free number, so those that are open at start are the lowest; a stray high one comes out of the reserve.
    private static int OpenDescriptors()
    {
        int open = 0;
        for (int fd = 0; fd < LookedAt; fd++)
        {
            open += Libc.IsOpen(fd) ? 1 : 0;
        }

        return open;
    }

    /// <param name="configured">Wanted limit.</param>
    /// <param name="descriptorLimit">RLIMIT_NOFILE.</param>
    /// <param name="open">Descriptors open already, or set aside.</param>
    internal static int Compute(int configured, int descriptorLimit, int open) =>
        Math.Min(configured, Math.Max(0, (descriptorLimit - open - Reserve) / DescriptorsPerConnection));
}
