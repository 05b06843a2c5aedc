using KafkaMesh.Contracts;
using KafkaMesh.Proxy.Detection;
using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Metrics;

/// <summary>Writes a snapshot as the metric families that README and dashboards name.</summary>
internal sealed class MetricsExposition
{
    private readonly MetricsSnapshot _snapshot;
    private readonly IMetricWriter _text;

    private MetricsExposition(MetricsSnapshot snapshot, IMetricWriter text)
    {
        _snapshot = snapshot;
        _text = text;
    }

    /// <summary>Writes all families.</summary>
    public static void Write(MetricsSnapshot snapshot, SidecarIdentity identity, IMetricWriter text)
    {
        var exposition = new MetricsExposition(snapshot, text);
        exposition.WriteBuildInfo(identity);
        exposition.WriteRequests();
        exposition.WriteApiCounters();
        exposition.WriteDurations();
        exposition.WriteErrors();
        exposition.WriteUnanswered();
        exposition.WriteConnections();
        exposition.WriteTopics();
        exposition.WriteGroups();
        exposition.WriteClients();
        exposition.WriteFailures();
        exposition.WriteRelay();
        exposition.WriteDropped();
    }

    private void WriteBuildInfo(SidecarIdentity identity)
    {
        _text.Family("kafkamesh_build_info", "gauge", "Version of the sidecar; always 1.");
        _text.Sample("kafkamesh_build_info").Label("version", identity.ProxyVersion).Value(1);
    }

    private void WriteRequests()
    {
        const string name = "kafkamesh_requests_total";
        _text.Family(name, "counter", "Kafka requests relayed whole.");
        ForEachApi((direction, api, totals) =>
        {
            for (var i = 0; i < totals.Versions.Length; i++)
            {
                if (totals.Versions[i] == 0)
                    continue;
                var version = i < ApiMetrics.Versions ? i.ToString() : WellKnownNames.OtherLabel;
                _text.Sample(name).Label("direction", direction).Label("api", api).Label("version", version).Value(totals.Versions[i]);
            }
        });
    }

    private void WriteApiCounters()
    {
        WriteApiCounter("kafkamesh_responses_total", "Kafka responses relayed whole.", totals => totals.Responses);
        WriteApiCounter("kafkamesh_request_bytes_total", "Bytes of Kafka requests without length prefix.", totals => totals.RequestBytes);
        WriteApiCounter("kafkamesh_response_bytes_total", "Bytes of Kafka responses without length prefix.", totals => totals.ResponseBytes);
        WriteApiCounter(
            "kafkamesh_requests_without_response_total", "Requests that have no response by protocol (Produce with acks=0).", totals => totals.WithoutResponse);

        _text.Family("kafkamesh_throttle_seconds_total", "counter", "Throttle time that brokers asked for.");
        ForEachApi((direction, api, totals) =>
        {
            if (totals.ThrottleMilliseconds > 0)
                _text.Sample("kafkamesh_throttle_seconds_total").Label("direction", direction).Label("api", api).Value(totals.ThrottleMilliseconds / 1000.0);
        });

        _text.Family("kafkamesh_requests_in_flight", "gauge", "Kafka requests that wait for their response.");
        foreach (var direction in Enum.GetValues<RelayDirection>())
        {
            var inFlight = 0L;
            for (var slot = 0; slot < ApiSlots.Count; slot++)
                inFlight += _snapshot.Api(direction, slot)?.InFlight ?? 0;
            _text.Sample("kafkamesh_requests_in_flight").Label("direction", MetricLabels.Of(direction)).Value(inFlight);
        }
    }

    private void WriteApiCounter(string name, string help, Func<ApiTotals, long> value)
    {
        _text.Family(name, "counter", help);
        ForEachApi((direction, api, totals) =>
        {
            if (value(totals) is > 0 and var count)
                _text.Sample(name).Label("direction", direction).Label("api", api).Value(count);
        });
    }

    private void WriteDurations()
    {
        const string name = "kafkamesh_request_duration_seconds";
        _text.Family(name, "histogram", "Time from the last byte of a request to the first byte of its response; empty long polls apart.");
        ForEachApi((direction, api, totals) =>
        {
            foreach (var result in Enum.GetValues<LatencyResult>())
            {
                if (totals.Latency[(int)result] is { } histogram)
                    _text.Histogram(name, histogram, ("direction", direction), ("api", api), ("result", MetricLabels.Of(result)));
            }
        });
    }

    private void WriteErrors()
    {
        const string name = "kafkamesh_response_errors_total";
        _text.Family(name, "counter", "Error codes other than 0 in responses, each occurrence.");
        ForEachApi((direction, api, totals) =>
        {
            for (var i = 0; i < totals.Errors.Length; i++)
            {
                if (totals.Errors[i] > 0)
                    _text.Sample(name).Label("direction", direction).Label("api", api).Label("error", ErrorCells.NameOf(i)).Value(totals.Errors[i]);
            }
        });
    }

    private void WriteUnanswered()
    {
        const string name = "kafkamesh_requests_unanswered_total";
        _text.Family(name, "counter", "Requests that will not be answered any more.");
        ForEachApi((direction, api, totals) =>
        {
            foreach (var reason in Enum.GetValues<UnansweredReason>())
            {
                if (totals.Unanswered[(int)reason] is > 0 and var count)
                    _text.Sample(name).Label("direction", direction).Label("api", api).Label("reason", MetricLabels.Of(reason)).Value(count);
            }
        });
    }

    private void WriteConnections()
    {
        _text.Family("kafkamesh_connections", "gauge", "Open connections by what they carry.");
        WriteByProtocol("kafkamesh_connections", _snapshot.Open);
        _text.Family("kafkamesh_connections_total", "counter", "Connections by what they carry, each once, when that is certain or has stood for five seconds.", sharesName: true);
        WriteByProtocol("kafkamesh_connections_total", _snapshot.Connections);
    }

    private void WriteByProtocol(string name, long[] cells)
    {
        foreach (var direction in Enum.GetValues<RelayDirection>())
        {
            foreach (var protocol in Enum.GetValues<ConnectionProtocol>())
            {
                var value = cells[((int)direction * MetricLabels.Protocols) + (int)protocol];
                _text.Sample(name).Label("direction", MetricLabels.Of(direction)).Label("protocol", MetricLabels.Of(protocol)).Value(value);
            }
        }
    }

    private void WriteTopics()
    {
        WriteTopicCells("kafkamesh_topic_records_total", "Records by topic, control batches apart; a compressed message set v0/v1 counts as one.", 0);
        WriteTopicCells("kafkamesh_topic_bytes_total", "Bytes of record batches by topic, as they are on the wire.", 1);
    }

    private void WriteTopicCells(string name, string help, int offset)
    {
        _text.Family(name, "counter", help);
        TopicSeries.ForEach(_snapshot, (direction, api, topic, records, bytes) =>
            _text.Sample(name).Label("direction", MetricLabels.Of(direction)).Label("api", api.ToString()).Label("topic", topic.Name).Value(offset == 0 ? records : bytes));
    }

    private void WriteGroups()
    {
        var groups = _snapshot.Series.Groups.ToList();
        _text.Family("kafkamesh_group_members", "gauge", "Members of a classic group at its last rebalance, 0 when the leader is in another pod or a member of this pod has left since.");
        foreach (var group in groups.Where(group => group.Group != WellKnownNames.OtherLabel))
            _text.Sample("kafkamesh_group_members").Label("group", group.Group).Value(group.Members);
        _text.Family("kafkamesh_group_rebalances_total", "counter", "Generations of a classic group and epochs of a consumer, share or streams group that were seen to begin.");
        foreach (var group in groups)
            _text.Sample("kafkamesh_group_rebalances_total").Label("group", group.Group).Value(group.Rebalances);
    }

    private void WriteClients()
    {
        const string name = "kafkamesh_client_info";
        _text.Family(name, "gauge", "Client ids with the software that they named; always 1.");
        foreach (var client in _snapshot.Series.Clients.ToList())
        {
            _text.Sample(name).Label("client_id", client.ClientId).Label("software", client.Software).Label("software_version", client.SoftwareVersion).Value(1);
        }
    }

    private void WriteFailures()
    {
        const string name = "kafkamesh_decode_failures_total";
        _text.Family(name, "counter", "Frames whose body was not decoded, and connections that turned opaque; the bytes were relayed all the same.");
        foreach (var direction in Enum.GetValues<RelayDirection>())
        {
            foreach (var reason in Enum.GetValues<DecodeFailureReason>())
            {
                if (_snapshot.Failures[((int)direction * MetricLabels.Failures) + (int)reason] is > 0 and var count)
                    _text.Sample(name).Label("direction", MetricLabels.Of(direction)).Label("reason", MetricLabels.Of(reason)).Value(count);
            }
        }
    }

    private void WriteRelay()
    {
        _text.Family("kafkamesh_relay_bytes_total", "counter", "Bytes relayed.");
        foreach (var direction in Enum.GetValues<RelayDirection>())
        {
            foreach (var flow in Enum.GetValues<RelayFlow>())
            {
                var bytes = _snapshot.RelayBytes[((int)direction * MetricLabels.Flows) + (int)flow];
                _text.Sample("kafkamesh_relay_bytes_total").Label("direction", MetricLabels.Of(direction)).Label("flow", MetricLabels.Of(flow)).Value(bytes);
            }
        }

        _text.Family("kafkamesh_relay_seconds", "histogram", "Time from read to written inside the sidecar.");
        _text.Histogram("kafkamesh_relay_seconds", _snapshot.RelaySeconds);
    }

    private void WriteDropped()
    {
        const string name = "kafkamesh_series_dropped_total";
        _text.Family(name, "counter", "Observations that were counted under __other__ or not kept, and series that made room, because a limit was reached.");
        foreach (var metric in Enum.GetValues<SeriesMetric>())
            _text.Sample(name).Label("metric", MetricLabels.Of(metric)).Value(_snapshot.Dropped[(int)metric]);
    }

    private void ForEachApi(Action<string, string, ApiTotals> action)
    {
        foreach (var direction in Enum.GetValues<RelayDirection>())
        {
            for (var slot = 0; slot < ApiSlots.Count; slot++)
            {
                if (_snapshot.Api(direction, slot) is { } totals)
                    action(MetricLabels.Of(direction), _snapshot.Series.Apis.NameOf(slot), totals);
            }
        }
    }
}
