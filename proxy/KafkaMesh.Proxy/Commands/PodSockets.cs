using System.Globalization;
using KafkaMesh.Proxy.Transport.Posix;

namespace KafkaMesh.Proxy.Commands;

/// <summary>
/// Whether the pod's application still lives, as far as a neighbour can see: the containers of a pod share its network, so the kernel lists the
/// application's TCP sockets, with their owner's uid, in <c>/proc/net/tcp</c> and <c>tcp6</c> (proc(5)). An application that holds none at the moment
/// cannot be told from one that has ended.
/// </summary>
internal sealed class PodSockets
{
    private const int UidField = 7;
    private const int InodeField = 9;

    // Proxies of Istio and Linkerd: they end when they like, some of them after this one.
    private static readonly long[] s_otherSidecars = [1337, 2102];

    private readonly IReadOnlyList<string> _tables;
    private readonly long _own;

    /// <summary>Those of this process's network namespace.</summary>
    public PodSockets()
        : this(["/proc/self/net/tcp", "/proc/self/net/tcp6"], Libc.EffectiveUser())
    {
    }

    /// <param name="tables">Files in the kernel's notation; one that cannot be read counts as empty.</param>
    /// <param name="own">Uid whose sockets do not count.</param>
    internal PodSockets(IReadOnlyList<string> tables, long own)
    {
        _tables = tables;
        _own = own;
    }

    /// <summary>Whether a process of another user holds a TCP socket, whatever its state. Those that the kernel alone keeps (TIME_WAIT) do not count.</summary>
    public bool AnyOfTheApplication()
    {
        foreach (string table in _tables)
        {
            try
            {
                // The first line is the heading.
                if (File.ReadLines(table).Skip(1).Any(IsOfTheApplication))
                {
                    return true;
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                continue; // No IPv6, or no such file where the kernel is another.
            }
        }

        return false;
    }

    private bool IsOfTheApplication(string line)
    {
        string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > InodeField
            && fields[InodeField] != "0"
            && long.TryParse(fields[UidField], NumberStyles.None, CultureInfo.InvariantCulture, out long uid)
            && uid != _own
            && !s_otherSidecars.Contains(uid);
    }
}
