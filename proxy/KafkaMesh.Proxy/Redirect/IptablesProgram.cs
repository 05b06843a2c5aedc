using System.ComponentModel;
using System.Diagnostics;
using System.Net.Sockets;

namespace KafkaMesh.Proxy.Redirect;

/// <summary>The save and restore programs of one iptables variant and address family.</summary>
internal sealed class IptablesProgram(IptablesBackend backend, AddressFamily family)
{
    /// <summary>Seconds to wait for another program that changes rules.</summary>
    private const string LockWait = "10";

    private const string LockVariable = "XTABLES_LOCKFILE";

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    /// <summary>What the variant is called: <c>iptables-nft</c>.</summary>
    public string Name { get; } = (family == AddressFamily.InterNetworkV6 ? "ip6tables-" : "iptables-") + (backend == IptablesBackend.Nft ? "nft" : "legacy");

    /// <summary>Reads the nat table.</summary>
    public ProgramOutput Save() => Run(Name + "-save", ["-t", "nat"], input: "");

    /// <summary>Commits a transaction: all of it, or nothing.</summary>
    public ProgramOutput Restore(string transaction) => Run(Name + "-restore", ["--noflush", "-w", LockWait], transaction);

    private ProgramOutput Run(string program, string[] arguments, string input)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // The sidecar image may have a read-only root file system; legacy insists on a lock file.
        if (backend == IptablesBackend.Legacy && Environment.GetEnvironmentVariable(LockVariable) is null && Directory.Exists("/dev/shm"))
        {
            start.Environment[LockVariable] = "/dev/shm/kafkamesh-xtables.lock";
        }

        try
        {
            using Process process = Process.Start(start)!;
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            Task<string> error = process.StandardError.ReadToEndAsync();
            process.StandardInput.Write(input);
            process.StandardInput.Close();
            if (!process.WaitForExit(s_limit))
            {
                process.Kill();
                return new ProgramOutput(-1, "", $"{program} did not end within {s_limit.TotalSeconds} s");
            }

            string reason = process.ExitCode == 0 ? "" : $"{program} failed ({process.ExitCode}): {OneLine(error.GetAwaiter().GetResult())}";
            return new ProgramOutput(process.ExitCode, output.GetAwaiter().GetResult(), reason);
        }
        catch (Win32Exception)
        {
            return new ProgramOutput(-1, "", $"{program} is not installed here (PATH={Environment.GetEnvironmentVariable("PATH")})");
        }
        catch (IOException e)
        {
            return new ProgramOutput(-1, "", $"{program} broke off: {e.Message}");
        }
    }

    private static string OneLine(string text) => string.Join(' ', text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
}
