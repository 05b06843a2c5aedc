namespace KafkaMesh.Proxy.Admin;

/// <summary>What the admin server asks the process about itself; called from its thread.</summary>
internal interface IAdminState
{
    /// <summary>A termination signal was received.</summary>
    bool IsDraining { get; }

    /// <summary>Why the process is stuck; null while it lives.</summary>
    string? WhyNotLive();

    /// <summary>Why connections are not accepted; null while they are.</summary>
    string? WhyNotReady();

    /// <summary>When draining and idle: closes the listeners, so that the next report is the last one. False while connections are open, or the application lives.</summary>
    bool TryFinish();

    /// <summary>A final report has reached its reader, who is the operator where that can be told: one that gave up on it asks again.</summary>
    void FinalReportRead();
}
