using KafkaMesh.Contracts.Stats;

namespace KafkaMesh.Operator.Stats;

/// <summary>A report, or why there is none.</summary>
/// <param name="Report">The report; null after a failure.</param>
/// <param name="Reason">Label value of the failure; null after success.</param>
/// <param name="Message">One sentence about the failure.</param>
internal sealed record CollectResult(StatsReport? Report, string? Reason, string? Message)
{
    /// <summary>Label value for a report that came and was not believed.</summary>
    public const string Rejected = "rejected";

    /// <summary>Every label value of a failure.</summary>
    public static IReadOnlyList<string> FailureReasons { get; } = ["address", "connection", "malformed", "refused", Rejected, "status", "timeout"];

    /// <summary>Nothing answered: no route, no listener, no time.</summary>
    public bool IsSilence => Reason is "connection" or "refused" or "timeout";

    /// <summary>A report came.</summary>
    public static CollectResult Success(StatsReport report) => new(report, Reason: null, Message: null);

    /// <summary>No usable report came.</summary>
    public static CollectResult Failed(string reason, string message) => new(Report: null, reason, message);
}
