using System.Diagnostics;

namespace KafkaMesh.Fuzz;

/// <summary>Runs a target on one input and holds it to everything that must hold for every target.</summary>
internal static class Trial
{
    /// <summary>Most time for one input.</summary>
    public static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(5);

    private const int Guard = 64;

    /// <summary>Runs it twice, between different guard bytes.</summary>
    /// <param name="target">The target.</param>
    /// <param name="input">The input.</param>
    /// <param name="transcript">Of the first run.</param>
    /// <returns>Null when everything held.</returns>
    public static Finding? Run(IFuzzTarget target, byte[] input, out Transcript transcript)
    {
        transcript = new Transcript();
        try
        {
            var guarded = Guarded(input, 0x00);
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            var time = Stopwatch.StartNew();
            target.Run(guarded.AsSpan(Guard, input.Length), transcript);
            allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
            if (time.Elapsed > TimeLimit)
                throw new ViolationException($"it took {time.Elapsed.TotalSeconds:f1} s for {input.Length} bytes");
            if (allocated > target.AllocationLimit(input.Length))
                throw new ViolationException($"it allocated {allocated} bytes for {input.Length}; {target.AllocationLimit(input.Length)} are allowed");

            var second = new Transcript();
            target.Run(Guarded(input, 0xFF).AsSpan(Guard, input.Length), second);
            if (second.Hash != transcript.Hash)
                throw new ViolationException("it says something else when other bytes lie around the input: it reads beyond it, or keeps something from run to run");
            return null;
        }
        catch (Exception exception)
        {
            var what = exception is ViolationException ? exception.Message : $"{exception.GetType().Name}: {exception.Message}";
            return new Finding(target.Name, input, what.ReplaceLineEndings(" "), exception.ToString());
        }
    }

    private static byte[] Guarded(byte[] input, byte guard)
    {
        var bytes = new byte[input.Length + (2 * Guard)];
        bytes.AsSpan().Fill(guard);
        input.CopyTo(bytes, Guard);
        return bytes;
    }
}
