namespace KafkaMesh.Proxy.Decode;

/// <summary>Bounds the early bytes that all flows of a capture keep together.</summary>
internal sealed class ReassemblyBudget
{
    /// <summary>The bound, in bytes.</summary>
    public const long Limit = 64L << 20;

    private long _used;

    /// <summary>Whether a flow that keeps something must give it up.</summary>
    public bool IsExceeded => _used > Limit;

    /// <summary>Bytes are kept.</summary>
    public void Take(int bytes) => _used += bytes;

    /// <summary>Bytes were delivered.</summary>
    public void Return(int bytes) => _used -= bytes;
}
