using System.Runtime.InteropServices;
using System.Threading.Channels;
using KafkaMesh.Operator.Commands.Clusters;

namespace KafkaMesh.Operator.Commands.Top.Screen;

/// <summary>
/// The terminal of this process, on its alternate screen until this is disposed of: what was on it before comes back, also when the process ends
/// by an exception or a signal that can be caught, and for as long as it is stopped by Ctrl-Z.
/// </summary>
internal sealed class FullScreen : ITerminal, IDisposable
{
    private const string Enter = "\u001b[?1049h\u001b[?25l"; // xterm's alternate screen, cursor hidden
    private const string Leave = "\u001b[0m\u001b[?25h\u001b[?1049l";

    private const string KeypadOn = "\u001b[?1h\u001b="; // as the runtime has it while it reads keys
    private const string KeypadOff = "\u001b[?1l\u001b>";

    private readonly TerminalSettings? _before = OperatingSystem.IsWindows() ? null : TerminalSettings.Read();
    private readonly StandardOutput _output = new();
    private readonly Channel<ConsoleKeyInfo> _keys = Channel.CreateBounded<ConsoleKeyInfo>(new BoundedChannelOptions(64) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly List<PosixSignalRegistration> _signals = [];
    private int _isLeft;

    /// <summary>Enters it.</summary>
    public FullScreen()
    {
        AppDomain.CurrentDomain.ProcessExit += OnExit;
        AppDomain.CurrentDomain.UnhandledException += OnExit;
        if (!OperatingSystem.IsWindows())
        {
            _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => Changed?.Invoke(this, EventArgs.Empty)));
            _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGTSTP, Suspend));
            _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGCONT, _ => Changed?.Invoke(this, EventArgs.Empty)));
        }
        _output.Write(Enter);
        new Thread(ReadKeys) { IsBackground = true, Name = "keys" }.Start();
    }

    /// <inheritdoc/>
    public event EventHandler? Changed;

    /// <inheritdoc/>
    public (int Width, int Height) Size => (Console.WindowWidth is > 0 and var width ? width : 80, Console.WindowHeight is > 0 and var height ? height : 24);

    /// <inheritdoc/>
    public ChannelReader<ConsoleKeyInfo> Keys => _keys.Reader;

    /// <summary>Whether standard input and output are a terminal that can do this.</summary>
    public static bool IsPossible() =>
        !Console.IsOutputRedirected && !Console.IsInputRedirected && Environment.GetEnvironmentVariable("TERM") is { Length: > 0 } and not "dumb";

    /// <inheritdoc/>
    public bool Write(string text)
    {
        lock (_output)
            return _output.Write(text);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Restore();
        AppDomain.CurrentDomain.ProcessExit -= OnExit;
        AppDomain.CurrentDomain.UnhandledException -= OnExit;
        foreach (var signal in _signals)
            signal.Dispose();
        _output.Dispose();
    }

    // Ctrl-Z: the shell gets its screen and settings back, and what would be drawn waits until the process goes on.
    private void Suspend(PosixSignalContext context)
    {
        context.Cancel = true;
        lock (_output)
        {
            if (_isLeft != 0)
                return;
            var own = TerminalSettings.Read();
            _output.Write(Leave + KeypadOff);
            _before?.Apply();
            TerminalSettings.StopProcess();
            own?.Apply();
            _output.Write(KeypadOn + Enter);
        }
        Changed?.Invoke(this, EventArgs.Empty);
    }

    private void OnExit(object? sender, EventArgs arguments) => Restore();

    private void Restore()
    {
        if (Interlocked.Exchange(ref _isLeft, 1) == 0)
            _output.Write(Leave);
    }

    // The runtime switches echo off while it waits for a key, and puts the terminal's settings back at the end of the process.
    private void ReadKeys()
    {
        try
        {
            while (_isLeft == 0)
                _keys.Writer.TryWrite(Console.ReadKey(intercept: true));
        }
        catch (Exception error) when (error is InvalidOperationException or IOException)
        {
            _keys.Writer.TryComplete(); // the terminal is gone
        }
    }
}
