using System.Runtime.InteropServices;
using KafkaMesh.Playground.Network;
using KafkaMesh.Playground.Node.Launch;
using Microsoft.Win32.SafeHandles;

namespace KafkaMesh.Playground.Node.Exec;

/// <summary>A pseudo terminal of the node: this side reads and writes, a process takes <see cref="Path"/> as its controlling terminal.</summary>
internal sealed partial class PseudoTerminal : IDisposable
{
    private const int ReadWriteNoControl = 0x102;
    private const nuint SetWindowSize = 0x5414;
    private readonly SafeFileHandle master;

    public PseudoTerminal()
    {
        var descriptor = LinuxCalls.Open("/dev/ptmx", ReadWriteNoControl | 0x80000); // close on exec
        ContainerLauncher.Check(descriptor, "open a terminal");
        master = new SafeFileHandle(descriptor, ownsHandle: true);
        ContainerLauncher.Check(Unlock(descriptor), "unlock the terminal");
        Path = NameOf(descriptor);
        Stream = new FileStream(master, FileAccess.ReadWrite, bufferSize: 0, isAsync: false);
    }

    /// <summary>The process's side.</summary>
    public string Path { get; }

    /// <summary>This side; reading fails with an IOException when the last process has closed the other one.</summary>
    public Stream Stream { get; }

    /// <summary>Tells the process the size in characters.</summary>
    public unsafe void Resize(int columns, int rows)
    {
        var size = stackalloc ushort[4] { (ushort)Math.Clamp(rows, 0, ushort.MaxValue), (ushort)Math.Clamp(columns, 0, ushort.MaxValue), 0, 0 };
        if (!master.IsClosed) _ = LinuxCalls.Control((int)master.DangerousGetHandle(), SetWindowSize, size);
    }

    public void Dispose() => Stream.Dispose();

    private static unsafe string NameOf(int descriptor)
    {
        var buffer = stackalloc byte[64];
        ContainerLauncher.Check(-Name(descriptor, buffer, 64), "name the terminal");
        return Marshal.PtrToStringUTF8((nint)buffer)!;
    }

    [LibraryImport("libc", EntryPoint = "unlockpt", SetLastError = true)]
    private static partial int Unlock(int descriptor);

    [LibraryImport("libc", EntryPoint = "ptsname_r", SetLastError = true)]
    private static unsafe partial int Name(int descriptor, byte* buffer, nuint length);
}
