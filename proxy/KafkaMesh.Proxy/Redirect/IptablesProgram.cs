using System.Net.Sockets;

namespace KafkaMesh.Proxy.Redirect;

/// <summary>The save and restore programs of one iptables variant and address family.</summary>
internal sealed class IptablesProgram(RedirectBackend backend, AddressFamily family)
{
    /// <summary>Seconds to wait for another program that changes rules.</summary>
    private const string LockWait = "10";

    private const string LockVariable = "XTABLES_LOCKFILE";

    private readonly bool _isLegacy = backend == RedirectBackend.Legacy;
    private readonly bool _isV6 = family == AddressFamily.InterNetworkV6;

    /// <summary>What the variant is called: <c>iptables-nft</c>.</summary>
    public string Name => (_isV6 ? "ip6tables-" : "iptables-") + (_isLegacy ? "legacy" : "nft");

    /// <summary>
    /// Reading the table changes nothing. Reading a legacy table that is not in use would load it, and from then on every packet would pass it.
    /// </summary>
    public bool IsReadable => !_isLegacy || HasLegacyNat();

    /// <summary>Reads the nat table.</summary>
    public ProgramOutput Save() => HostProgram.Run(Name + "-save", ["-t", "nat"], input: "", Lock());

    /// <summary>Commits a transaction: all of it, or nothing.</summary>
    public ProgramOutput Restore(string transaction) => HostProgram.Run(Name + "-restore", ["--noflush", "-w", LockWait], transaction, Lock());

    // The sidecar image may have a read-only root file system; legacy insists on a lock file.
    private (string Name, string Value)? Lock() => _isLegacy && Environment.GetEnvironmentVariable(LockVariable) is null && Directory.Exists("/dev/shm")
        ? (LockVariable, "/dev/shm/kafkamesh-xtables.lock")
        : null;

    private bool HasLegacyNat()
    {
        try
        {
            return File.ReadLines(_isV6 ? "/proc/net/ip6_tables_names" : "/proc/net/ip_tables_names").Contains("nat");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // The kernel has no legacy tables, or hides them.
        }
    }
}
