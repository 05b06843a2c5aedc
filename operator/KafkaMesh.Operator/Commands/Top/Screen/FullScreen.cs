using System.Runtime.InteropServices;
using System.Threading.Channels;
using KafkaMesh.Operator.Commands.Clusters;

namespace KafkaMesh.Operator.Commands.Top.Screen;

/// <summary>
/// The terminal of this process, on its alternate screen until this is disposed of: what was on it before comes back, also when the process ends
/// by an exception or a signal that can be caught.
/// </summary>
internal sealed class FullScreen : ITerminal, IDisposable
{
    private const string Enter = "\u001b[?1049h\u001b[?25l"; // xterm's alternate screen, cursor hidden
    private const string Leave = "\u001b[0m\u001b[?25h\u001b[?1049l";

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
            _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGCONT, _ => Changed?.Invoke(this, EventArgs.Empty)));

            // A stopped process would leave its screen and a shell that cannot be read.
            _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGTSTP, context => context.Cancel = true));
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
    public bool Write(string text) => _output.Write(text);

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
