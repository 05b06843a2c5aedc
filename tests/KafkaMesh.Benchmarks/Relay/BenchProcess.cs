using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace KafkaMesh.Benchmarks.Relay;

/// <summary>A program that the bench started, with those that it started itself (nginx's worker): their CPU time, memory and CPUs.</summary>
internal sealed class BenchProcess : IDisposable
{
    private const int Terminate = 15;
    private const int CpuTimeOfProcess = 2;

    private readonly Process _process;

    private BenchProcess(Process process) => _process = process;

    /// <summary>Time of the program and its children, in ns; the kernel's own account, also of threads that have ended.</summary>
    public long CpuNanoseconds => Pids().Sum(CpuOf);

    /// <summary>VmRSS of the program and its children, in bytes.</summary>
    public long ResidentBytes => Pids().Sum(pid => MemoryOf(pid, "VmRSS:"));

    /// <summary>VmHWM of the program and its children, in bytes: the most that each ever had.</summary>
    public long PeakResidentBytes => Pids().Sum(pid => MemoryOf(pid, "VmHWM:"));

    /// <summary>Time of the program's living threads of a name, in ns.</summary>
    public long CpuNanosecondsOf(string threads) => Directory.GetDirectories($"/proc/{_process.Id}/task").Sum(task => CpuOfThread(task, threads));

    /// <summary>Starts it; its output is read by line.</summary>
    public static BenchProcess Start(IReadOnlyList<string> command)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        return new BenchProcess(Process.Start(start)!);
    }

    /// <summary>The next line of its output.</summary>
    /// <exception cref="InvalidOperationException">It ended instead.</exception>
    public string ReadLine() =>
        _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"{_process.StartInfo.FileName} ended, see its message above");

    /// <summary>Drops its output from now on, so that it never waits for a reader.</summary>
    public void IgnoreOutput() => _ = _process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);

    /// <summary>Gives it a line of input.</summary>
    public void WriteLine(string line)
    {
        _process.StandardInput.WriteLine(line);
        _process.StandardInput.Flush();
    }

    /// <summary>Binds all its threads to a CPU.</summary>
    public void BindTo(int cpu)
    {
        foreach (int pid in Pids())
        {
            Bind(pid, 1ul << cpu);
        }
    }

    /// <summary>Binds all threads of a process to CPUs, and with them those that they start.</summary>
    public static unsafe void Bind(int pid, ulong cpus)
    {
        foreach (string task in Directory.GetDirectories($"/proc/{pid}/task"))
        {
            _ = SetAffinity(int.Parse(Path.GetFileName(task), CultureInfo.InvariantCulture), sizeof(ulong), &cpus);
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.StandardInput.Close();
            _ = Kill(_process.Id, Terminate);
            if (!_process.WaitForExit(TimeSpan.FromSeconds(5)))
            {
                _process.Kill(entireProcessTree: true);
                _process.WaitForExit();
            }
        }

        _process.Dispose();
    }

    private IEnumerable<int> Pids()
    {
        int id = _process.Id;
        string children = File.ReadAllText($"/proc/{id}/task/{id}/children");
        return children.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(text => int.Parse(text, CultureInfo.InvariantCulture)).Prepend(id);
    }

    private static unsafe long CpuOf(int pid)
    {
        long* time = stackalloc long[2];
        return ReadClock((~pid << 3) | CpuTimeOfProcess, time) == 0 ? (time[0] * 1_000_000_000) + time[1] : 0;
    }

    private static long CpuOfThread(string task, string name)
    {
        try
        {
            return File.ReadAllText($"{task}/comm").TrimEnd() == name ? long.Parse(File.ReadAllText($"{task}/schedstat").Split(' ')[0], CultureInfo.InvariantCulture) : 0;
        }
        catch (IOException)
        {
            return 0; // It has ended meanwhile.
        }
    }

    private static long MemoryOf(int pid, string field)
    {
        string line = File.ReadLines($"/proc/{pid}/status").First(line => line.StartsWith(field, StringComparison.Ordinal));
        return long.Parse(line.AsSpan(field.Length).Trim().TrimEnd(" kB"), CultureInfo.InvariantCulture) * 1024;
    }

    [DllImport("libc", EntryPoint = "clock_gettime")]
    private static extern unsafe int ReadClock(int clock, long* time);

    [DllImport("libc", EntryPoint = "sched_setaffinity")]
    private static extern unsafe int SetAffinity(int task, nuint size, ulong* mask);

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);
}
