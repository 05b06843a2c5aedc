namespace KafkaMesh.Proxy.Otlp;

/// <summary>What a receiver made of a push.</summary>
/// <param name="Failure">Null when it took it; else what is wrong, in a few words.</param>
/// <param name="MayRetry">The same push may work later.</param>
/// <param name="RetryAfter">How long it asked to wait.</param>
/// <param name="Rejected">Points that it did not take of a push that it took.</param>
/// <param name="Message">What it said of them.</param>
internal readonly record struct OtlpAnswer(string? Failure = null, bool MayRetry = false, TimeSpan? RetryAfter = null, long Rejected = 0, string Message = "");
