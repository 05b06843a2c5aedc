using System.Buffers;
using System.Text;
using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Admin;

/// <summary>Adds to <c>/metrics</c> what the transport itself counts: refused connections, the limit, stashed bytes.</summary>
internal sealed class RelayServerContent(IAdminContent content, IRelayServer server) : IAdminContent
{
    public void WriteMetrics(IBufferWriter<byte> output)
    {
        content.WriteMetrics(output);
        var text = new StringBuilder();
        Head(text, "kafkamesh_relay_connections_limit", "gauge", "Connections that may be open at a time.");
        text.Append($"kafkamesh_relay_connections_limit {server.Limit}\n");
        Head(text, "kafkamesh_relay_connections_open", "gauge", "Connections accepted and not yet closed.");
        text.Append($"kafkamesh_relay_connections_open {server.Counters.Open}\n");
        Head(text, "kafkamesh_relay_connections_refused_total", "counter", "Connections that were reset instead of relayed.");
        foreach (RefusalReason reason in TransportCounters.Reasons)
        {
            text.Append($"kafkamesh_relay_connections_refused_total{{reason=\"{Label(reason)}\"}} {server.Counters.Refused(reason)}\n");
        }

        Head(text, "kafkamesh_relay_connect_failures_total", "counter", "Attempts to reach an address of a broker that failed, by the kernel's error.");
        foreach (ConnectError error in TransportCounters.ConnectErrors)
        {
            text.Append($"kafkamesh_relay_connect_failures_total{{error=\"{Label(error)}\"}} {server.Counters.ConnectFailed(error)}\n");
        }

        Head(text, "kafkamesh_relay_observer_failures_total", "counter", "Connections that are relayed without figures because of a defect.");
        text.Append($"kafkamesh_relay_observer_failures_total {server.Counters.ObserverFailures}\n");
        Head(text, "kafkamesh_relay_stashed_bytes", "gauge", "Bytes held for receivers that are slower than their senders.");
        text.Append($"kafkamesh_relay_stashed_bytes {server.StashedBytes}\n");
        Head(text, "kafkamesh_relay_spliced_bytes_total", "counter", "Bytes that passed within the kernel because nobody looks at them.");
        text.Append($"kafkamesh_relay_spliced_bytes_total {server.SplicedBytes}\n");
        output.Write(Encoding.UTF8.GetBytes(text.ToString()));
    }

    public void WriteStats(IBufferWriter<byte> output, bool draining, bool final) => content.WriteStats(output, draining, final);

    private static void Head(StringBuilder text, string name, string type, string help) => text.Append($"# HELP {name} {help}\n# TYPE {name} {type}\n");

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
