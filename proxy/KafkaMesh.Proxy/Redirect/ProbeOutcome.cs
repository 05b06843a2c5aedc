namespace KafkaMesh.Proxy.Redirect;

/// <summary>What a probe found.</summary>
/// <param name="Verdict">The finding.</param>
/// <param name="Reason">What was tried, or why nothing was, in one line.</param>
internal readonly record struct ProbeOutcome(ProbeVerdict Verdict, string Reason);
