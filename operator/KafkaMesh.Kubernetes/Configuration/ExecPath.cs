namespace KafkaMesh.Kubernetes.Configuration;

/// <summary>
/// Finds the program of a credential plug-in as Go's <c>exec.LookPath</c> does: a bare name in PATH alone. .NET would look beside its own program
/// and in the current directory first, where anybody may have put a file of that name.
/// </summary>
internal static class ExecPath
{
    private const UnixFileMode Executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>The program to start; null when no directory of PATH holds it.</summary>
    /// <param name="command">As in kubeconfig; one with a slash is taken as it is.</param>
    /// <param name="path">The value of PATH. Directories in it that are not absolute are left out: they mean the current directory.</param>
    public static string? Find(string command, string? path)
    {
        if (OperatingSystem.IsWindows() || command.Contains('/', StringComparison.Ordinal))
        {
            return command;
        }

        return (path ?? "").Split(':').Where(Path.IsPathRooted).Select(directory => Path.Combine(directory, command)).FirstOrDefault(IsExecutable);
    }

    private static bool IsExecutable(string file) =>
        !OperatingSystem.IsWindows() && File.Exists(file) && (File.GetUnixFileMode(file) & Executable) != UnixFileMode.None;
}
