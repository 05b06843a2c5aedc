using System.Runtime.InteropServices;

namespace KafkaMesh.Playground.Node.Seccomp;

/// <summary>A comparison of one argument of a system call, laid out as <c>struct scmp_arg_cmp</c> of libseccomp.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct SeccompCondition
{
    private const int NotEqual = 1;
    private const int Equal = 4;
    private const int MaskedEqual = 7;
    private readonly uint argument;
    private readonly int comparison;
    private readonly ulong first;
    private readonly ulong second;

    private SeccompCondition(uint argument, int comparison, ulong first, ulong second = 0) =>
        (this.argument, this.comparison, this.first, this.second) = (argument, comparison, first, second);

    /// <summary>The first argument is <paramref name="value"/>.</summary>
    public static SeccompCondition FirstIs(ulong value) => new(0, Equal, value);

    /// <summary>The first argument is anything but <paramref name="value"/>.</summary>
    public static SeccompCondition FirstIsNot(ulong value) => new(0, NotEqual, value);

    /// <summary>The first argument has none of the bits of <paramref name="mask"/>.</summary>
    public static SeccompCondition FirstHasNoneOf(ulong mask) => new(0, MaskedEqual, mask);
}
