using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Decode;

/// <summary>Receives the two flows of a connection in order.</summary>
internal interface ITcpFlowSink
{
    /// <summary>The next bytes.</summary>
    void OnBytes(RelayFlow flow, ReadOnlySpan<byte> bytes, long timestamp);

    /// <summary>Bytes that the capture does not hold.</summary>
    void OnGap(RelayFlow flow, int bytes, long timestamp);

    /// <summary>The sender closed its half in order, or reset the connection.</summary>
    void OnEnd(RelayFlow flow, bool isReset, long timestamp);
}
