using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

[assembly: DisableRuntimeMarshalling]

namespace KafkaMesh.Proxy.Transport.Posix;

/// <summary>
/// The system calls of the data path, by the kernel's own convention: a result, or the negated error number. Arguments are
/// blittable, so no call allocates or marshals.
/// </summary>
internal static unsafe partial class Libc
{
    public static int Socket(int family, int type) => Check(SocketCall(family, type, 0));

    public static int Bind(int fd, byte* address, int length) => Check(BindCall(fd, address, (uint)length));

    public static int Listen(int fd, int backlog) => Check(ListenCall(fd, backlog));

    public static int Connect(int fd, byte* address, int length) => Check(ConnectCall(fd, address, (uint)length));

    public static int Accept(int fd, byte* address, uint* length, int flags) => Check(AcceptCall(fd, address, length, flags));

    public static int LocalAddress(int fd, byte* address, uint* length) => Check(GetSockNameCall(fd, address, length));

    public static int GetOption(int fd, int level, int name, void* value, uint* length) => Check(GetSockOptCall(fd, level, name, value, length));

    public static int SetOption(int fd, int level, int name, int value) => Check(SetSockOptCall(fd, level, name, &value, sizeof(int)));

    /// <summary>The pending error of a socket (SO_ERROR), which the call clears; 0 when there is none.</summary>
    public static int TakeError(int fd)
    {
        int error = 0;
        uint length = sizeof(int);
        int result = GetOption(fd, SocketConstants.LevelSocket, SocketConstants.Error, &error, &length);
        return result < 0 ? -result : error;
    }

    /// <summary>Bytes that were written to a socket and that its peer has not acknowledged (SIOCOUTQ of tcp(7)); 0 when the kernel does not tell.</summary>
    public static int Unacknowledged(int fd)
    {
        int bytes = 0;
        return IoctlCall(fd, SocketConstants.OutQueue, &bytes) < 0 ? 0 : bytes;
    }

    public static int Shutdown(int fd, int how) => Check(ShutdownCall(fd, how));

    /// <summary>The number belongs to an open descriptor.</summary>
    public static bool IsOpen(int fd) => FcntlCall(fd, SocketConstants.GetDescriptorFlags, 0) >= 0;

    public static int Close(int fd) => Check(CloseCall(fd));

    /// <summary>Closes a socket so that its peer sees a reset (SO_LINGER of zero), not an orderly end.</summary>
    public static void Reset(int fd)
    {
        long lingerOnForZeroSeconds = 1; // struct linger { int l_onoff = 1; int l_linger = 0; } on little-endian machines
        _ = SetSockOptCall(fd, SocketConstants.LevelSocket, SocketConstants.Linger, &lingerOnForZeroSeconds, sizeof(long));
        _ = CloseCall(fd);
    }

    /// <summary>Takes what a socket holds. As a span, because no length but the buffer's own may reach the kernel: it writes as far as it is told.</summary>
    public static nint Receive(int fd, Span<byte> buffer, int flags = 0)
    {
        fixed (byte* start = buffer)
        {
            nint n = RecvCall(fd, start, (nuint)buffer.Length, flags);
            return n >= 0 ? n : -Marshal.GetLastSystemError();
        }
    }

    /// <summary>Gives bytes to a socket, none but those of the span.</summary>
    public static nint Send(int fd, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            nint n = SendCall(fd, start, (nuint)bytes.Length, SocketConstants.NoSignal);
            return n >= 0 ? n : -Marshal.GetLastSystemError();
        }
    }

    /// <summary>Makes a pipe whose ends do not block: reading end, then writing end.</summary>
    public static int Pipe(int* ends) => Check(PipeCall(ends, SocketConstants.NonBlocking | SocketConstants.CloseOnExec));

    /// <summary>Resizes a pipe; the new size, or the negated error number: unprivileged users have a limit for all their pipes together.</summary>
    public static int SetPipeSize(int fd, int bytes) => Check(FcntlCall(fd, SocketConstants.SetPipeSize, bytes));

    /// <summary>Moves bytes between a socket and a pipe within the kernel: at most so many, which is not below zero.</summary>
    public static nint Splice(int from, int to, int count)
    {
        if (count < 0)
        {
            return -Errno.Invalid; // As the kernel takes it, it would be the largest count that there is.
        }

        nint n = SpliceCall(from, null, to, null, (nuint)count, SocketConstants.SpliceMove | SocketConstants.SpliceNonBlocking);
        return n >= 0 ? n : -Marshal.GetLastSystemError();
    }

    public static int EpollCreate() => Check(EpollCreateCall(SocketConstants.CloseOnExec));

    public static int EpollControl(int epoll, int operation, int fd, byte* epollEvent) => Check(EpollCtlCall(epoll, operation, fd, epollEvent));

    public static int EpollWait(int epoll, byte* events, int capacity, int timeoutMilliseconds) =>
        Check(EpollWaitCall(epoll, events, capacity, timeoutMilliseconds));

    public static int EventDescriptor() => Check(EventFdCall(0, SocketConstants.NonBlocking | SocketConstants.CloseOnExec));

    /// <summary>Reads the number that an event descriptor holds.</summary>
    public static int Read(int fd, ulong* value) => Check((int)ReadCall(fd, value, sizeof(ulong)));

    /// <summary>Adds to the number that an event descriptor holds.</summary>
    public static int Write(int fd, ulong* value) => Check((int)WriteCall(fd, value, sizeof(ulong)));

    /// <summary>Uid that this process acts as.</summary>
    public static uint EffectiveUser() => GetEffectiveUserCall();

    /// <summary>How many descriptors this process may hold (soft limit), at most <see cref="int.MaxValue"/>.</summary>
    public static int DescriptorLimit()
    {
        ulong* softAndHard = stackalloc ulong[2];
        return GetRLimitCall(SocketConstants.DescriptorLimit, softAndHard) == 0 ? (int)Math.Min(*softAndHard, int.MaxValue) : 1024;
    }

    private static int Check(int result) => result >= 0 ? result : -Marshal.GetLastSystemError();

    [LibraryImport("libc", EntryPoint = "socket")]
    private static partial int SocketCall(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "bind")]
    private static partial int BindCall(int fd, byte* address, uint length);

    [LibraryImport("libc", EntryPoint = "listen")]
    private static partial int ListenCall(int fd, int backlog);

    [LibraryImport("libc", EntryPoint = "connect")]
    private static partial int ConnectCall(int fd, byte* address, uint length);

    [LibraryImport("libc", EntryPoint = "accept4")]
    private static partial int AcceptCall(int fd, byte* address, uint* length, int flags);

    [LibraryImport("libc", EntryPoint = "getsockname")]
    private static partial int GetSockNameCall(int fd, byte* address, uint* length);

    [LibraryImport("libc", EntryPoint = "getsockopt")]
    private static partial int GetSockOptCall(int fd, int level, int name, void* value, uint* length);

    [LibraryImport("libc", EntryPoint = "setsockopt")]
    private static partial int SetSockOptCall(int fd, int level, int name, void* value, uint length);

    // Variadic in C, as fcntl below.
    [LibraryImport("libc", EntryPoint = "ioctl")]
    private static partial int IoctlCall(int fd, nuint request, int* value);

    [LibraryImport("libc", EntryPoint = "shutdown")]
    private static partial int ShutdownCall(int fd, int how);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int CloseCall(int fd);

    [LibraryImport("libc", EntryPoint = "recv")]
    private static partial nint RecvCall(int fd, byte* buffer, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "send")]
    private static partial nint SendCall(int fd, byte* buffer, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "pipe2")]
    private static partial int PipeCall(int* ends, int flags);

    // Variadic in C; one integer behind the fixed parameters is passed alike on Linux's x64 and arm64.
    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int FcntlCall(int fd, int command, nint argument);

    [LibraryImport("libc", EntryPoint = "splice")]
    private static partial nint SpliceCall(int from, long* fromOffset, int to, long* toOffset, nuint length, uint flags);

    [LibraryImport("libc", EntryPoint = "epoll_create1")]
    private static partial int EpollCreateCall(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl")]
    private static partial int EpollCtlCall(int epoll, int operation, int fd, byte* epollEvent);

    [LibraryImport("libc", EntryPoint = "epoll_wait")]
    private static partial int EpollWaitCall(int epoll, byte* events, int capacity, int timeoutMilliseconds);

    [LibraryImport("libc", EntryPoint = "eventfd")]
    private static partial int EventFdCall(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "read")]
    private static partial nint ReadCall(int fd, void* buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint WriteCall(int fd, void* buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetEffectiveUserCall();

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int GetRLimitCall(int resource, ulong* softAndHard);
}
