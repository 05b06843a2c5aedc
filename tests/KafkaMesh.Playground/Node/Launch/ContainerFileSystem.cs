using KafkaMesh.Playground.Network;

namespace KafkaMesh.Playground.Node.Launch;

/// <summary>Puts a container's file system together in the process's own mount namespace, so that it vanishes with the container: an overlay of the image
/// and a tmpfs, the kernel's own file systems, the pod's volumes; then makes it the root.</summary>
internal static class ContainerFileSystem
{
    private const nuint ReadOnly = 1;
    private const nuint NoSetUser = 2;
    private const nuint NoDevices = 4;
    private const nuint NoExecute = 8;
    private const nuint Remount = 32;
    private const nuint Bind = 4096;
    private const nuint Recursive = 16384;
    private const nuint Private = 1 << 18;
    private const int Detach = 2;
    private const nint SystemCallPivotRootX64 = 155;
    private const nint SystemCallPivotRootArm64 = 41;
    private static readonly string[] Devices = ["null", "zero", "full", "random", "urandom", "tty"];
    private static readonly string[] ReadOnlyPaths = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];
    private static readonly string[] MaskedPaths = ["/proc/kcore", "/proc/keys", "/proc/timer_list", "/proc/latency_stats", "/proc/sched_debug"];

    /// <summary>Builds the file system and changes root into it.</summary>
    /// <exception cref="LaunchException">A mount was refused; the message names it.</exception>
    public static void Enter(LaunchSpec spec)
    {
        Mount("none", "/", null, Recursive | Private, null, "make mounts private");
        var root = MountRoot(spec);
        MountKernelFileSystems(root, spec.Privileged);
        foreach (var mount in spec.Mounts) BindInto(root, mount);
        MakeDirectory(root, spec.WorkingDirectory);
        if (spec.ReadOnlyRoot) Mount("none", root, null, Remount | Bind | ReadOnly, null, "make the root read-only");
        ChangeRoot(root);
    }

    private static string MountRoot(LaunchSpec spec)
    {
        Mount("tmpfs", spec.WorkDirectory, "tmpfs", 0, "mode=0755", "mount the writable layer");
        var (upper, work, root) = (spec.WorkDirectory + "/upper", spec.WorkDirectory + "/work", spec.WorkDirectory + "/root");
        foreach (var directory in new[] { upper, work, root }) Directory.CreateDirectory(directory);
        Mount("overlay", root, "overlay", 0, $"lowerdir={spec.ImageRoot},upperdir={upper},workdir={work}", "mount the image");
        return root;
    }

    private static void MountKernelFileSystems(string root, bool privileged)
    {
        Mount("proc", MakeDirectory(root, "/proc"), "proc", NoSetUser | NoDevices | NoExecute, null, "mount /proc");
        Mount("sysfs", MakeDirectory(root, "/sys"), "sysfs", NoSetUser | NoDevices | NoExecute | (privileged ? 0 : ReadOnly), null, "mount /sys");
        var devices = MakeDirectory(root, "/dev");
        Mount("tmpfs", devices, "tmpfs", NoSetUser, "mode=0755,size=65536k", "mount /dev");
        foreach (var device in Devices) BindFile("/dev/" + device, $"{devices}/{device}");
        Mount("devpts", MakeDirectory(root, "/dev/pts"), "devpts", NoSetUser | NoExecute, "newinstance,ptmxmode=0666,mode=0620", "mount /dev/pts");
        Mount("shm", MakeDirectory(root, "/dev/shm"), "tmpfs", NoSetUser | NoDevices | NoExecute, "mode=1777,size=65536k", "mount /dev/shm");
        foreach (var (name, target) in new[] { ("ptmx", "pts/ptmx"), ("fd", "/proc/self/fd"), ("stdin", "/proc/self/fd/0"), ("stdout", "/proc/self/fd/1"), ("stderr", "/proc/self/fd/2") })
        {
            File.CreateSymbolicLink($"{devices}/{name}", target);
        }
        if (!privileged) ProtectProc(root);
    }

    /// <summary>The paths that the Open Container Initiative's default configuration hides or protects.</summary>
    private static void ProtectProc(string root)
    {
        foreach (var path in ReadOnlyPaths.Where(path => Path.Exists(root + path)))
        {
            Mount(root + path, root + path, null, Bind | Recursive, null, "protect " + path);
            Mount("none", root + path, null, Remount | Bind | ReadOnly, null, "protect " + path);
        }
        foreach (var path in MaskedPaths.Where(path => File.Exists(root + path))) Mount("/dev/null", root + path, null, Bind, null, "mask " + path);
    }

    private static void BindInto(string root, LaunchMount mount)
    {
        string target;
        if (Directory.Exists(mount.Source))
        {
            target = MakeDirectory(root, mount.Target);
            Mount(mount.Source, target, null, Bind | Recursive, null, "mount " + mount.Target);
        }
        else
        {
            target = Path.Combine(MakeDirectory(root, Path.GetDirectoryName(mount.Target)!), Path.GetFileName(mount.Target));
            BindFile(mount.Source, target);
        }
        if (mount.ReadOnly) Mount("none", target, null, Remount | Bind | ReadOnly, null, "make read-only " + mount.Target);
    }

    private static void BindFile(string source, string target)
    {
        if (!File.Exists(target)) File.Create(target).Dispose();
        Mount(source, target, null, Bind, null, "mount " + target);
    }

    /// <summary>Makes a directory of the container; links in the image are followed as the container would, never out of its root.</summary>
    private static string MakeDirectory(string root, string path)
    {
        var resolved = RootedPath.Resolve(root, path);
        Directory.CreateDirectory(resolved);
        return resolved;
    }

    private static void ChangeRoot(string root)
    {
        ContainerLauncher.Check(LinuxCalls.ChangeDirectory(root), "enter the root");
        var call = System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.Arm64
            ? SystemCallPivotRootArm64 : SystemCallPivotRootX64;
        ContainerLauncher.Check((int)LinuxCalls.PivotRoot(call, ".", "."), "change the root");
        ContainerLauncher.Check(LinuxCalls.Unmount(".", Detach), "leave the node's root");
        ContainerLauncher.Check(LinuxCalls.ChangeDirectory("/"), "enter the new root");
    }

    private static void Mount(string source, string target, string? type, nuint flags, string? data, string what) =>
        ContainerLauncher.Check(LinuxCalls.Mount(source, target, type, flags, data), what);
}
