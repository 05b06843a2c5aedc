using System.Runtime.InteropServices;

namespace KafkaMesh.Playground.Tests.Infrastructure;

/// <summary>
/// The programs beside the tests, copied once for a test run to where every user may run them: the checkout may be below a
/// directory such as /root that only root may enter.
/// </summary>
internal static class OpenCopy
{
    private const UnixFileMode ForAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | ToOthers
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute;
    private const UnixFileMode ToOthers = UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private static readonly Lazy<string> Folder = new(Make);

    /// <summary>Where the .NET runtime of this process is, for <c>DOTNET_ROOT</c>.</summary>
    public static string DotnetRoot { get; } = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));

    /// <summary>Path of the copy of a program; the test is skipped where other users may not run .NET itself.</summary>
    public static string PathOf(string program)
    {
        RequireOpen(DotnetRoot);
        RequireOpen(Folder.Value);
        return Path.Combine(Folder.Value, program);
    }

    private static void RequireOpen(string path)
    {
        for (var folder = new DirectoryInfo(path); folder is not null; folder = folder.Parent)
        {
            if (!folder.UnixFileMode.HasFlag(UnixFileMode.OtherExecute)) Assert.Skip($"a program cannot be run as another user: only its owner may enter {folder.FullName}, and {path} is needed");
        }
    }

    private static string Make()
    {
        var folder = Directory.CreateTempSubdirectory("kafkamesh-programs-");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => folder.Delete(recursive: true);
        folder.UnixFileMode = ForAll;
        foreach (var file in Directory.EnumerateFiles(AppContext.BaseDirectory))
        {
            var copy = Path.Combine(folder.FullName, Path.GetFileName(file));
            File.Copy(file, copy);
            File.SetUnixFileMode(copy, ForAll);
        }
        return folder.FullName;
    }
}
