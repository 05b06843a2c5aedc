using System.Diagnostics;
using System.Numerics;

namespace KafkaMesh.Benchmarks.Admission;

/// <summary>
/// The CPUs of this machine, half for who asks and half for who answers: an API server and the webhook run on machines of their own as a rule, and neither
/// takes the CPU from the other in the middle of an answer. Bits of an affinity mask; on a machine with one CPU both have it.
/// </summary>
/// <param name="Caller">CPUs of who asks.</param>
/// <param name="Subject">CPUs of who answers.</param>
internal readonly record struct CpuHalves(ulong Caller, ulong Subject)
{
    /// <summary>Number of CPUs of who answers.</summary>
    public int SubjectCount => BitOperations.PopCount(Subject);

    /// <summary>Splits those that this process may use.</summary>
    public static CpuHalves OfThisProcess()
    {
        using var process = Process.GetCurrentProcess();
        var all = (ulong)process.ProcessorAffinity;
        var lower = 0ul;
        for (var taken = BitOperations.PopCount(all) / 2; taken > 0; taken--)
            lower |= 1ul << BitOperations.TrailingZeroCount(all & ~lower);
        return lower == 0 ? new CpuHalves(all, all) : new CpuHalves(lower, all & ~lower);
    }
}
