using KafkaMesh.Proxy.Detection;
using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Metrics;

/// <summary>The spelling of every fixed label value, the same in <c>/metrics</c>, <c>/stats</c>, logs and decode output.</summary>
internal static class MetricLabels
{
    private static readonly string[] DirectionNames = ["outbound", "inbound"];
    private static readonly string[] FlowNames = ["request", "response"];
    private static readonly string[] ProtocolNames = ["silent", "kafka", "tls", "http", "sasl", "opaque", "server_first"];
    private static readonly string[] ResultNames = ["all", "data", "empty"];
    private static readonly string[] UnansweredNames = ["closed", "aged", "resync", "in_flight_limit"];

    private static readonly string[] SeriesMetricNames = ["topic_records_total", "group_rebalances_total", "client_info", "topic_ids", "requests_total", "response_errors_total"];

    private static readonly string[] FailureNames =
    [
        "unknown_api", "unknown_version", "malformed_body", "trailing_bytes", "unmatched_response", "frame_size", "request_header", "never_matched",
    ];

    /// <summary>Number of directions.</summary>
    public static int Directions => DirectionNames.Length;

    /// <summary>Number of reasons why a request stays without response.</summary>
    public static int UnansweredReasons => UnansweredNames.Length;

    /// <summary>Number of flows.</summary>
    public static int Flows => FlowNames.Length;

    /// <summary>Number of protocols.</summary>
    public static int Protocols => ProtocolNames.Length;

    /// <summary>Number of metrics with limited series.</summary>
    public static int SeriesMetrics => SeriesMetricNames.Length;

    /// <summary>Number of failure reasons.</summary>
    public static int Failures => FailureNames.Length;

    /// <summary>Seen from the pod.</summary>
    public static string Of(RelayDirection direction) => DirectionNames[(int)direction];

    /// <summary>Client to broker, or back.</summary>
    public static string Of(RelayFlow flow) => FlowNames[(int)flow];

    /// <summary>Verdict on a connection.</summary>
    public static string Of(ConnectionProtocol protocol) => ProtocolNames[(int)protocol];

    /// <summary>Kind of latency.</summary>
    public static string Of(LatencyResult result) => ResultNames[(int)result];

    /// <summary>Why a request stays without response.</summary>
    public static string Of(UnansweredReason reason) => UnansweredNames[(int)reason];

    /// <summary>Why something was not decoded.</summary>
    public static string Of(DecodeFailureReason reason) => FailureNames[(int)reason];

    /// <summary>A metric with limited series.</summary>
    public static string Of(SeriesMetric metric) => SeriesMetricNames[(int)metric];
}
