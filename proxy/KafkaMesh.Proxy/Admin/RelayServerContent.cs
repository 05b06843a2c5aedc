using System.Buffers;
using KafkaMesh.Proxy.Metrics;
using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Admin;

/// <summary>Adds to the metrics of the traffic what the transport itself counts (refused connections, the limit, stashed bytes) and what is pushed.</summary>
/// <param name="traffic">The metrics and the report of the traffic.</param>
/// <param name="server">The transport.</param>
/// <param name="pushes">Counts pushes; null when nothing is pushed.</param>
internal sealed class RelayServerContent(TrafficMetrics traffic, IRelayServer server, IMetricSource? pushes) : IAdminContent, IMetricSource
{
    public void WriteMetrics(IBufferWriter<byte> output, MetricsFormat format) => WriteMetrics(new PrometheusText(output, format));

    public void WriteMetrics(IMetricWriter text)
    {
        traffic.WriteMetrics(text);
        WriteOne(text, "kafkamesh_relay_connections_limit", "gauge", "Connections that may be open at a time.", server.Limit);
        WriteOne(text, "kafkamesh_relay_connections_open", "gauge", "Connections accepted and not yet closed.", server.Counters.Open);
        text.Family("kafkamesh_relay_connections_refused_total", "counter", "Connections that were reset instead of relayed.");
        foreach (RefusalReason reason in TransportCounters.Reasons)
        {
            text.Sample("kafkamesh_relay_connections_refused_total").Label("reason", Label(reason)).Value(server.Counters.Refused(reason));
        }

        text.Family("kafkamesh_relay_connect_failures_total", "counter", "Attempts to reach an address of a broker that failed, by the kernel's error.");
        foreach (ConnectError error in TransportCounters.ConnectErrors)
        {
            text.Sample("kafkamesh_relay_connect_failures_total").Label("error", Label(error)).Value(server.Counters.ConnectFailed(error));
        }

        WriteOne(
            text, "kafkamesh_relay_observer_failures_total", "counter", "Connections that are relayed without figures because of a defect.", server.Counters.ObserverFailures);
        WriteOne(text, "kafkamesh_relay_stashed_bytes", "gauge", "Bytes held for receivers that are slower than their senders.", server.StashedBytes);
        WriteOne(text, "kafkamesh_relay_spliced_bytes_total", "counter", "Bytes that passed within the kernel because nobody looks at them.", server.SplicedBytes);
        WriteOne(
            text, "kafkamesh_relay_splice_refusals_total", "counter", "Seconds in which the system gave no pipe, so that long runs were copied.", server.SpliceRefusals);
        pushes?.WriteMetrics(text);
        ProcessExposition.Write(text);
    }

    public void WriteStats(IBufferWriter<byte> output, bool draining, bool final) => traffic.WriteStats(output, draining, final);

    private static void WriteOne(IMetricWriter text, string name, string type, string help, long value)
    {
        text.Family(name, type, help);
        text.Sample(name).Value(value);
    }

    private static string Label(ConnectError error) => error switch
    {
        ConnectError.Refused => "refused",
        ConnectError.TimedOut => "timed_out",
        ConnectError.Unreachable => "unreachable",
        _ => "other",
    };

    private static string Label(RefusalReason reason) => reason switch
    {
        RefusalReason.Limit => "limit",
        RefusalReason.Descriptors => "descriptors",
        RefusalReason.NotRedirected => "not_redirected",
        RefusalReason.Loop => "loop",
        RefusalReason.Unresolved => "unresolved",
        _ => "other",
    };
}
