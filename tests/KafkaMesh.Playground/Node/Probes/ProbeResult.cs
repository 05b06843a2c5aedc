namespace KafkaMesh.Playground.Node.Probes;

/// <summary>One attempt: whether it succeeded, and otherwise the sentence for the event.</summary>
internal readonly record struct ProbeResult(bool Success, string Message);
