using System.Buffers;
using KafkaMesh.Proxy.Metrics;

namespace KafkaMesh.Proxy.Admin;

/// <summary>What the admin server serves; called from its thread, at any time, also concurrently with the loops.</summary>
internal interface IAdminContent
{
    /// <summary>Metric families; what ends the text is left to the caller.</summary>
    /// <param name="output">Receives UTF-8.</param>
    /// <param name="format">How they are written.</param>
    void WriteMetrics(IBufferWriter<byte> output, MetricsFormat format);

    /// <summary>A <see cref="KafkaMesh.Contracts.Stats.StatsReport"/> as JSON; each call takes the next sequence number.</summary>
    /// <param name="output">Receives UTF-8 JSON.</param>
    /// <param name="draining">SIGTERM was received.</param>
    /// <param name="final">Draining and no connection is left.</param>
    void WriteStats(IBufferWriter<byte> output, bool draining, bool final);
}
