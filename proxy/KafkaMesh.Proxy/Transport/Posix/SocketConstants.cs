namespace KafkaMesh.Proxy.Transport.Posix;

/// <summary>Numbers of Linux's socket and epoll interfaces; the same on x64 and arm64.</summary>
internal static class SocketConstants
{
    public const int InterNetwork = 2;
    public const int InterNetworkV6 = 10;
    public const int Stream = 1;
    public const int NonBlocking = 0x800;
    public const int CloseOnExec = 0x80000;

    public const int LevelIp = 0;
    public const int LevelSocket = 1;
    public const int LevelTcp = 6;
    public const int LevelIpV6 = 41;

    public const int ReuseAddress = 2;
    public const int Error = 4;
    public const int KeepAlive = 9;
    public const int OutOfBandInline = 10;
    public const int Linger = 13;
    public const int NoDelay = 1;

    /// <summary>TCP_USER_TIMEOUT of tcp(7): milliseconds without an answer after which a connection is given up, a connect too.</summary>
    public const int UserTimeout = 18;
    public const int KeepAliveIdle = 4;
    public const int KeepAliveInterval = 5;
    public const int KeepAliveCount = 6;
    public const int V6Only = 26;

    /// <summary>SO_ORIGINAL_DST and IP6T_SO_ORIGINAL_DST of netfilter.</summary>
    public const int OriginalDestination = 80;

    /// <summary>SIOCOUTQ.</summary>
    public const int OutQueue = 0x5411;

    public const int SpliceMove = 1;
    public const int SpliceNonBlocking = 2;

    /// <summary>F_GETFD.</summary>
    public const int GetDescriptorFlags = 1;

    /// <summary>F_SETPIPE_SZ.</summary>
    public const int SetPipeSize = 1031;

    /// <summary>MSG_PEEK.</summary>
    public const int Peek = 0x2;

    /// <summary>MSG_TRUNC, which discards bytes of a stream.</summary>
    public const int Discard = 0x20;

    public const int NoSignal = 0x4000;
    public const int ShutdownWrite = 1;

    public const uint EventIn = 0x1;
    public const uint EventPriority = 0x2;
    public const uint EventOut = 0x4;
    public const uint EventError = 0x8;
    public const uint EventHangUp = 0x10;
    public const uint EventReadHangUp = 0x2000;
    public const uint EventEdgeTriggered = 0x80000000;

    public const int EpollAdd = 1;
    public const int EpollDelete = 2;

    /// <summary>RLIMIT_NOFILE.</summary>
    public const int DescriptorLimit = 7;
}
