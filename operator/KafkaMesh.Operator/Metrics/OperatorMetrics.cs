using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using KafkaMesh.Contracts;
using KafkaMesh.Contracts.Runtime;
using KafkaMesh.Operator.Stats;

namespace KafkaMesh.Operator.Metrics;

/// <summary>All metrics of the operator, and their Prometheus text.</summary>
internal sealed class OperatorMetrics(string version)
{
    private readonly ConcurrentDictionary<string, long> _expiry = new(StringComparer.Ordinal);
    private int _leader;
    private int _registered = -1;

    /// <summary>Admission requests by decision and reason.</summary>
    public Counter Admissions { get; } = new Counter(
        "kafkamesh_operator_admissions_total", "Pod admissions by decision and, for skipped or refused ones, reason.", "decision", "reason")
        .Declare([["error", "internal"], ["refused", "memory"], .. SkipReason.All.Select(reason => (string[])["skipped", reason])]);

    /// <summary>Time that one admission takes inside the operator: from the last byte of the question to the last of the answer.</summary>
    public Histogram AdmissionDuration { get; } = new(
        "kafkamesh_operator_admission_duration_seconds", "Time to answer an admission request that was read.", 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5);

    /// <summary>Time that collecting the figures of one monitor takes.</summary>
    public Histogram CollectDuration { get; } = new(
        "kafkamesh_operator_collect_duration_seconds", "Time to collect the figures of one monitor.", 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10);

    /// <summary>Sidecars that did not answer, or not usefully.</summary>
    public Counter CollectFailures { get; } = new Counter(
        "kafkamesh_operator_collect_failures_total", "Sidecars that could not be read, by reason.", "reason")
        .Declare(CollectResult.FailureReasons.Select(reason => (string[])[reason]));

    /// <summary>Reconciliations by controller and result.</summary>
    public Counter Reconciles { get; } = new(
        "kafkamesh_operator_reconcile_total", "Reconciliations by controller and result.", "controller", "result");

    /// <summary>Requests to the API server.</summary>
    public ClientMetrics Client { get; } = new();

    /// <summary>Whether this replica leads.</summary>
    public void SetLeader(bool leads) => Volatile.Write(ref _leader, leads ? 1 : 0);

    /// <summary>Whether the webhook registration is as it should be; null: this replica does not look after it.</summary>
    public void SetRegistered(bool? registered) => Volatile.Write(ref _registered, registered switch { null => -1, true => 1, false => 0 });

    /// <summary>When a certificate ends.</summary>
    public void SetCertificateExpiry(string name, DateTimeOffset end) => _expiry[name] = end.ToUnixTimeSeconds();

    /// <summary>Prometheus text format 0.0.4.</summary>
    public string Write()
    {
        var output = new StringBuilder();
        Admissions.WriteTo(output);
        AdmissionDuration.WriteTo(output);
        CollectDuration.WriteTo(output);
        CollectFailures.WriteTo(output);
        Reconciles.WriteTo(output);
        Client.WriteTo(output);
        WriteGaugeHead(output, "kafkamesh_operator_certificate_expiry_timestamp_seconds", "End of validity of a certificate.");
        foreach (var (name, end) in _expiry.ToArray().OrderBy(e => e.Key, StringComparer.Ordinal))
            output.Append(CultureInfo.InvariantCulture, $"kafkamesh_operator_certificate_expiry_timestamp_seconds{{name=\"{name}\"}} {end}\n");
        WriteGaugeHead(output, "kafkamesh_operator_leader", "Whether this replica leads.");
        output.Append(CultureInfo.InvariantCulture, $"kafkamesh_operator_leader {Volatile.Read(ref _leader)}\n");
        WriteGaugeHead(output, "kafkamesh_operator_webhook_registered", "Whether the webhook registration is as it should be; the leader alone knows.");
        if (Volatile.Read(ref _registered) is >= 0 and var registered)
            output.Append(CultureInfo.InvariantCulture, $"kafkamesh_operator_webhook_registered {registered}\n");
        WriteGaugeHead(output, "kafkamesh_operator_build_info", "Version of the operator.");
        output.Append(CultureInfo.InvariantCulture, $"kafkamesh_operator_build_info{{version=\"{version}\"}} 1\n");
        WriteProcess(output);
        return output.ToString();
    }

    private static void WriteProcess(StringBuilder output)
    {
        if (ProcessFigures.Read() is not { } process)
            return;
        Write("process_cpu_seconds_total", "counter", "CPU time in user and kernel mode.", process.CpuSeconds);
        Write("process_start_time_seconds", "gauge", "When the process began, in seconds since 1970.", process.StartTime);
        Write("process_resident_memory_bytes", "gauge", "Memory that the process holds.", process.ResidentBytes);
        Write("process_virtual_memory_bytes", "gauge", "Addresses that the process has mapped.", process.VirtualBytes);
        Write("process_open_fds", "gauge", "Open file descriptors.", process.OpenDescriptors);
        if (process.MaxDescriptors is { } most)
            Write("process_max_fds", "gauge", "How many file descriptors may be open.", most);

        void Write(string name, string type, string help, double value) =>
            output.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} {type}\n{name} {value}\n");
    }

    private static void WriteGaugeHead(StringBuilder output, string name, string help) =>
        output.Append("# HELP ").Append(name).Append(' ').Append(help).Append("\n# TYPE ").Append(name).Append(" gauge\n");
}
