using System.Diagnostics;
using System.Globalization;
using System.Text;
using KafkaMesh.Operator.Tests.Support;

namespace KafkaMesh.Operator.Tests.Commands.Top;

/// <summary>
/// The built <c>kafkamesh</c> on a real pseudo-terminal, which util-linux's <c>script</c> makes. The terminal's settings are printed before and after.
/// </summary>
internal sealed class TerminalProcess : IDisposable
{
    private readonly Process _script;
    private readonly StringBuilder _output = new();
    private readonly string _kafkamesh = Path.Combine(AppContext.BaseDirectory, "kafkamesh");

    /// <summary>Starts it on a terminal of 100 cells and 20 lines.</summary>
    /// <param name="arguments">Arguments, without spaces.</param>
    public TerminalProcess(params string[] arguments)
        : this(hasJobs: false, arguments)
    {
    }

    /// <summary>Starts it under a shell that may have job control.</summary>
    /// <param name="hasJobs">Whether Ctrl-Z gives the terminal back to the shell, which takes kafkamesh up again after a line.</param>
    /// <param name="arguments">Arguments, without spaces.</param>
    public TerminalProcess(bool hasJobs, params string[] arguments)
    {
        // Ctrl-C is for all that run on the terminal: the shell must live on, to tell what it was left like. A trap holds for no child.
        // With job control each command is a job: when it is stopped, the shell goes on, waits for a line, and takes the job up again.
        var jobs = hasJobs ? "echo stopped=$(stty -g); read line; fg >/dev/null; echo code=$?; " : "";
        var shell = $"{(hasJobs ? "set -m; " : "")}trap : INT; stty rows 20 cols 100; echo tty=$(tty); echo before=$(stty -g); sh -c 'echo pid=$$; exec {_kafkamesh} {string.Join(' ', arguments)}'; echo code=$?; {jobs}echo after=$(stty -g)";
        var start = new ProcessStartInfo("script", ["-qfc", shell, "/dev/null"]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true };
        start.Environment["SHELL"] = "/bin/sh";
        start.Environment["TERM"] = "xterm-256color";
        start.Environment["LANG"] = "C.UTF-8";
        start.Environment.Remove("KUBECONFIG");
        _script = Process.Start(start)!;
        _ = ReadAsync(_script.StandardOutput.BaseStream);
    }

    /// <summary>Everything that was written to the terminal.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    /// <summary>A line <c>name=value</c> of the shell.</summary>
    public string Value(string name) => Output.Split('\n').Select(l => l.TrimEnd('\r')).Last(l => l.Contains(name + "=", StringComparison.Ordinal)).Split('=')[1];

    /// <summary>Presses keys.</summary>
    public void Press(string keys)
    {
        _script.StandardInput.Write(keys);
        _script.StandardInput.Flush();
    }

    /// <summary>Changes the size, as the window of a terminal does.</summary>
    public Task ResizeAsync(int width, int height) =>
        Programs.RunAsync("stty", "-F", Value("tty"), "rows", height.ToString(CultureInfo.InvariantCulture), "cols", width.ToString(CultureInfo.InvariantCulture));

    /// <summary>Sends a signal to kafkamesh.</summary>
    public Task SignalAsync(string signal) => Programs.RunAsync("kill", "-" + signal, Value("pid"));

    /// <summary>Waits until the output is as it should be; 30 s at most.</summary>
    public async Task UntilAsync(string what, Func<string, bool> condition)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!condition(Output))
        {
            try
            {
                await pace.WaitForNextTickAsync(deadline.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"after 30 s still not: {what}\n{Output}");
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_script.HasExited)
            _script.Kill(entireProcessTree: true);
        _script.Dispose();
    }

    private async Task ReadAsync(Stream stream)
    {
        var decoder = Encoding.UTF8.GetDecoder();
        var (bytes, chars) = (new byte[4096], new char[4096]);
        int read;
        while ((read = await stream.ReadAsync(bytes)) > 0)
        {
            var count = decoder.GetChars(bytes.AsSpan(0, read), chars, flush: false);
            lock (_output)
                _output.Append(chars, 0, count);
        }
    }
}
