using System.Diagnostics;
using System.Runtime.InteropServices;
using KafkaMesh.Proxy.Tests.Transport;

namespace KafkaMesh.Proxy.Tests.Support;

/// <summary>Any program as a process of its own, killed at the end of the test if it still runs.</summary>
internal sealed class HostProcess : IDisposable
{
    public const int Kill = 9;
    public const int Terminate = 15;

    private readonly Process _process;
    private readonly List<string> _output = [];

    public HostProcess(IEnumerable<string> command, params (string Name, string Value)[] environment)
    {
        string[] words = [.. command];
        var start = new ProcessStartInfo(words[0], words.Skip(1)) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Take(line.Data);
        _process.ErrorDataReceived += (_, line) => Take(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Lines of both outputs so far.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return string.Join('\n', _output);
            }
        }
    }

    public void AwaitOutput(string text) =>
        Assert.True(SpinWait.SpinUntil(() => Output.Contains(text, StringComparison.Ordinal), RelayRig.Deadline), $"'{text}' was not written: {Output}");

    public void Signal(int number) => Assert.Equal(0, SendSignal(_process.Id, number));

    public int Wait()
    {
        Assert.True(_process.WaitForExit(RelayRig.Deadline), "the process did not end: " + Output);
        _process.WaitForExit(); // Also for the last lines of its output.
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private void Take(string? line)
    {
        if (line is not null)
        {
            lock (_output)
            {
                _output.Add(line);
            }
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int SendSignal(int process, int signal);
}
