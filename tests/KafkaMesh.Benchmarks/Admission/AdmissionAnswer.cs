namespace KafkaMesh.Benchmarks.Admission;

/// <summary>One answer of the webhook.</summary>
/// <param name="Took">From the call of the client until the answer was read, as an API server counts.</param>
/// <param name="SinceDue">From the time at which the question should have been sent: what the caller was late by is in it.</param>
/// <param name="IsInjected">It carries a patch.</param>
internal readonly record struct AdmissionAnswer(TimeSpan Took, TimeSpan SinceDue, bool IsInjected);
