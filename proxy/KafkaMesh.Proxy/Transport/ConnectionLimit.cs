using KafkaMesh.Proxy.Transport.Posix;

namespace KafkaMesh.Proxy.Transport;

/// <summary>How many connections the process can relay with the descriptors it may hold.</summary>
internal static class ConnectionLimit
{
    /// <summary>Two sockets each.</summary>
    private const int DescriptorsPerConnection = 2;

    /// <summary>For the admin server's callers, a refused connection in passing, the runtime's own files and logs.</summary>
    private const int Reserve = 48;

    /// <summary>The configured limit, or a lower one that RLIMIT_NOFILE forces; 0 when not even one fits.</summary>
    public static int Compute(int configured) =>
        Compute(configured, Libc.DescriptorLimit(), Directory.GetFileSystemEntries("/proc/self/fd").Length);

    /// <param name="configured">Wanted limit.</param>
    /// <param name="descriptorLimit">RLIMIT_NOFILE.</param>
    /// <param name="open">Descriptors open already.</param>
    internal static int Compute(int configured, int descriptorLimit, int open) =>
        Math.Min(configured, Math.Max(0, (descriptorLimit - open - Reserve) / DescriptorsPerConnection));
}
