namespace KafkaMesh.Playground.Network;

/// <summary>Finds out before anything is made whether this process may make namespaces and whether the tools are there.</summary>
internal static class Privileges
{
    private static readonly (string Program, string Package)[] Tools = [
        ("ip", "iproute2"), ("nft", "nftables"), ("nsenter", "util-linux"), ("unshare", "util-linux"), ("setpriv", "util-linux"), ("setsid", "util-linux"), ("tar", "tar")];

    /// <summary>Throws one sentence that names everything missing.</summary>
    /// <exception cref="HostCommandException">Root or a tool is missing.</exception>
    public static void Require()
    {
        if (LinuxCalls.EffectiveUser() != 0) throw new HostCommandException("The playground makes network namespaces and mounts and needs root: run it with sudo.");
        var missing = Tools.Where(tool => !Directories.Any(directory => File.Exists($"{directory}/{tool.Program}"))).ToList();
        if (missing.Count == 0) return;
        throw new HostCommandException(
            $"The playground needs {string.Join(", ", missing.Select(m => m.Program))}: run apt-get install {string.Join(' ', missing.Select(m => m.Package).Distinct())}.");
    }

    private static readonly string[] Directories = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];
}
