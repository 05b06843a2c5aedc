namespace KafkaMesh.Proxy.Transport.Posix;

/// <summary>Error numbers of Linux (asm-generic/errno.h) that the relay tells apart; the same on x64 and arm64.</summary>
internal static class Errno
{
    /// <summary>No such entry: the connection is not in the NAT table.</summary>
    public const int NoEntry = 2;

    /// <summary>A signal came first: call again.</summary>
    public const int Interrupted = 4;

    /// <summary>EAGAIN: would block.</summary>
    public const int Again = 11;

    /// <summary>Out of memory.</summary>
    public const int NoMemory = 12;

    /// <summary>The call does not suit the descriptor.</summary>
    public const int Invalid = 22;

    /// <summary>The whole system is out of descriptors.</summary>
    public const int SystemDescriptors = 23;

    /// <summary>This process is out of descriptors.</summary>
    public const int ProcessDescriptors = 24;

    /// <summary>The connection was reset behind the end of its stream.</summary>
    public const int BrokenPipe = 32;

    /// <summary>The kernel does not know the address family (no IPv6).</summary>
    public const int AddressFamilyNotSupported = 97;

    /// <summary>The address does not exist here (IPv6 turned off).</summary>
    public const int AddressNotAvailable = 99;

    /// <summary>The peer gave up between its SYN and our accept.</summary>
    public const int ConnectionAborted = 103;

    /// <summary>The peer reset the connection.</summary>
    public const int ConnectionReset = 104;

    /// <summary>No route to the network.</summary>
    public const int NetworkUnreachable = 101;

    /// <summary>The peer did not answer.</summary>
    public const int TimedOut = 110;

    /// <summary>Nobody listens there.</summary>
    public const int ConnectionRefused = 111;

    /// <summary>No route to the host.</summary>
    public const int HostUnreachable = 113;

    /// <summary>No buffer space.</summary>
    public const int NoBuffers = 105;

    /// <summary>The socket is connected: what was asked for is there.</summary>
    public const int AlreadyConnected = 106;

    /// <summary>An earlier non-blocking connect has not ended.</summary>
    public const int AlreadyConnecting = 114;

    /// <summary>A non-blocking connect has begun.</summary>
    public const int InProgress = 115;

    /// <summary>What the C library calls an error number.</summary>
    public static string Describe(int number) => System.Runtime.InteropServices.Marshal.GetPInvokeErrorMessage(number);
}
