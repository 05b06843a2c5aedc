using System.Runtime.InteropServices;

namespace KafkaMesh.Playground.Node.Seccomp;

/// <summary>libseccomp (Debian's libseccomp2, on which apt itself depends): it knows the numbers of system calls and compiles rules to a program for the kernel.
/// Its functions return a negative error number.</summary>
internal static partial class SeccompLibrary
{
    public const uint Allow = 0x7fff0000;
    private const string Library = "libseccomp.so.2";

    /// <summary>The action that ends a call with an error number.</summary>
    public static uint Fail(uint error) => 0x00050000 | error;

    [LibraryImport(Library, EntryPoint = "seccomp_init")]
    public static partial nint Initialize(uint defaultAction);

    [LibraryImport(Library, EntryPoint = "seccomp_release")]
    public static partial void Release(nint filter);

    [LibraryImport(Library, EntryPoint = "seccomp_arch_native")]
    public static partial uint NativeArchitecture();

    [LibraryImport(Library, EntryPoint = "seccomp_arch_add")]
    public static partial int AddArchitecture(nint filter, uint architecture);

    /// <summary>The number of a call on this machine; below -1 when only other architectures have it, -1 when this version of the library does not know it.</summary>
    [LibraryImport(Library, EntryPoint = "seccomp_syscall_resolve_name", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Resolve(string call);

    [LibraryImport(Library, EntryPoint = "seccomp_rule_add_array")]
    public static unsafe partial int AddRule(nint filter, uint action, int call, uint count, SeccompCondition* conditions);

    [LibraryImport(Library, EntryPoint = "seccomp_export_bpf")]
    public static partial int Export(nint filter, int descriptor);
}
