namespace KafkaMesh.Benchmarks.Admission;

/// <summary>One answer of the webhook.</summary>
/// <param name="Took">From the call of the client until the answer was read.</param>
/// <param name="IsInjected">It carries a patch.</param>
internal readonly record struct AdmissionAnswer(TimeSpan Took, bool IsInjected);
