using System.Buffers;
using KafkaMesh.Proxy.Sessions;

namespace KafkaMesh.Proxy.Admin;

/// <summary>What the admin server shows of the connections that are open now; called from its thread, concurrently with the loops.</summary>
internal interface ILiveView
{
    /// <summary>The open connections as JSON, by ascending id.</summary>
    /// <param name="query">Which of them.</param>
    /// <param name="output">Receives UTF-8 JSON.</param>
    void WriteConnections(ConnectionQuery query, IBufferWriter<byte> output);

    /// <summary>Begins to copy decoded headers.</summary>
    /// <param name="filter">Which.</param>
    /// <returns>Null when as many taps are open as there may be.</returns>
    Tap? OpenTap(TapFilter filter);

    /// <summary>Ends a tap.</summary>
    void CloseTap(Tap tap);
}
