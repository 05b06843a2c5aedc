using System.Buffers;

namespace KafkaMesh.Proxy.Admin;

/// <summary>What the admin server serves; called from its thread, at any time, also concurrently with the loops.</summary>
internal interface IAdminContent
{
    /// <summary>Prometheus text format 0.0.4.</summary>
    void WriteMetrics(IBufferWriter<byte> output);

    /// <summary>A <see cref="KafkaMesh.Contracts.Stats.StatsReport"/> as JSON; each call takes the next sequence number.</summary>
    /// <param name="output">Receives UTF-8 JSON.</param>
    /// <param name="draining">SIGTERM was received.</param>
    /// <param name="final">Draining and no connection is left.</param>
    void WriteStats(IBufferWriter<byte> output, bool draining, bool final);
}
