namespace KafkaMesh.Proxy.Tests.Support;

/// <summary>Measures what code allocates on its thread.</summary>
internal static class Allocations
{
    private const int Attempts = 3;

    /// <summary>Bytes that an action allocates each time: the runtime itself may allocate once, for instance when it recompiles a method.</summary>
    public static long Of(Action action)
    {
        var least = long.MaxValue;
        for (var i = 0; i < Attempts && least > 0; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
