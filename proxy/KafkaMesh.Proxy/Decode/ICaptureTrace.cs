using KafkaMesh.Proxy.Sessions;
using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Decode;

/// <summary>Told of the sessions in a capture, and of what the capture lacks.</summary>
internal interface ICaptureTrace : ISessionTrace
{
    /// <summary>Bytes of a flow that the capture does not hold.</summary>
    void OnGap(in RelayConnection connection, RelayFlow flow, int bytes, long timestamp);

    /// <summary>The capture is over.</summary>
    void Finish();
}
