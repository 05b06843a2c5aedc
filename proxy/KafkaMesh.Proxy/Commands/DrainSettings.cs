namespace KafkaMesh.Proxy.Commands;

/// <summary>Bounds of a drain.</summary>
/// <param name="Timeout">Grace period: nothing lasts longer.</param>
/// <param name="FinalReportWait">How long after the last connection the final report waits for its reader.</param>
internal sealed record DrainSettings(TimeSpan Timeout, TimeSpan FinalReportWait)
{
    /// <summary>The operator collects at least as often.</summary>
    public static readonly TimeSpan DefaultFinalReportWait = TimeSpan.FromSeconds(15);
}
