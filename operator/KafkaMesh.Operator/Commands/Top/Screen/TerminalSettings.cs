using System.Runtime.InteropServices;

namespace KafkaMesh.Operator.Commands.Top.Screen;

/// <summary>
/// The settings (POSIX termios) of the terminal on standard input, kept as bytes that nobody looks into, and how a process stops itself. With a handler
/// of SIGTSTP registered the runtime does not let the signal stop the process, so that both are done here.
/// </summary>
internal sealed class TerminalSettings
{
    private const int StandardInput = 0;
    private const int WhenWritten = 1; // TCSADRAIN, of Linux, macOS and the BSDs
    private const int Room = 256; // struct termios has 60 bytes with glibc and 72 on macOS

    private readonly byte[] _termios;

    private TerminalSettings(byte[] termios) => _termios = termios;

    /// <summary>The settings now; null when there is no terminal.</summary>
    public static TerminalSettings? Read()
    {
        var termios = new byte[Room];
        return GetSettings(StandardInput, termios) == 0 ? new TerminalSettings(termios) : null;
    }

    /// <summary>Makes the terminal what it was. In the background it stops the process until that is in front again.</summary>
    public void Apply() => _ = SetSettings(StandardInput, WhenWritten, _termios);

    /// <summary>
    /// Stops this process; returns when it was told to go on. The signal goes to this very thread (POSIX raise): one to the process may be taken by another
    /// thread, and this one would run on for a moment, in which it draws over the shell.
    /// </summary>
    public static void StopProcess() => _ = Raise(OperatingSystem.IsLinux() ? 19 : 17); // SIGSTOP

    [DllImport("libc", EntryPoint = "tcgetattr")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetSettings(int descriptor, byte[] termios);

    [DllImport("libc", EntryPoint = "tcsetattr")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetSettings(int descriptor, int when, byte[] termios);

    [DllImport("libc", EntryPoint = "raise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Raise(int signal);
}
