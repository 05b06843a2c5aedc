using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace KafkaMesh.Proxy.Transport.Posix;

/// <summary>One epoll instance with its native array of events; owned by one thread.</summary>
internal sealed unsafe class EpollSet : IDisposable
{
    private const int Capacity = 256;

    // struct epoll_event is packed on x64 only (epoll_ctl(2)).
    private static readonly int s_keyOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;
    private static readonly int s_stride = s_keyOffset + sizeof(ulong);

    private readonly int _fd;
    private byte* _events;

    /// <exception cref="IOException">The kernel has no descriptor or memory left.</exception>
    public EpollSet()
    {
        _fd = Libc.EpollCreate();
        if (_fd < 0)
        {
            throw new IOException($"epoll_create1: {Errno.Describe(-_fd)}");
        }

        _events = (byte*)NativeMemory.AllocZeroed((nuint)(Capacity * s_stride));
    }

    /// <summary>Waits for events and returns how many there are; 0 after the time-out or a signal.</summary>
    /// <param name="timeoutMilliseconds">0 looks without waiting, -1 waits for ever.</param>
    public int Wait(int timeoutMilliseconds) => Math.Max(0, Libc.EpollWait(_fd, _events, Capacity, timeoutMilliseconds));

    /// <summary>Event bits of the event at the index.</summary>
    public uint EventsAt(int index) => Unsafe.ReadUnaligned<uint>(_events + index * s_stride);

    /// <summary>Key of the event at the index, as given to <see cref="Add"/>.</summary>
    public ulong KeyAt(int index) => Unsafe.ReadUnaligned<ulong>(_events + index * s_stride + s_keyOffset);

    /// <summary>Watches a descriptor; 0, or the negated error number.</summary>
    public int Add(int fd, uint events, ulong key)
    {
        byte* epollEvent = stackalloc byte[16];
        Unsafe.WriteUnaligned(epollEvent, events);
        Unsafe.WriteUnaligned(epollEvent + s_keyOffset, key);
        return Libc.EpollControl(_fd, SocketConstants.EpollAdd, fd, epollEvent);
    }

    /// <summary>Forgets a descriptor that stays open.</summary>
    public void Remove(int fd)
    {
        byte* ignored = stackalloc byte[16];
        _ = Libc.EpollControl(_fd, SocketConstants.EpollDelete, fd, ignored);
    }

    public void Dispose()
    {
        if (_events != null)
        {
            NativeMemory.Free(_events);
            _events = null;
            _ = Libc.Close(_fd);
        }
    }
}
