namespace KafkaMesh.Benchmarks.Admission;

/// <summary>What a run of admissions took.</summary>
/// <param name="Failed">Admissions without a patch.</param>
/// <param name="PerSecond">Admissions answered per second.</param>
/// <param name="CallerP50">Median until the caller had the answer.</param>
/// <param name="CallerP99">99th percentile of it.</param>
/// <param name="InsideP99">Bound of the operator's own histogram below which 99 of 100 stayed.</param>
internal sealed record AdmissionResult(int Failed, double PerSecond, TimeSpan CallerP50, TimeSpan CallerP99, TimeSpan InsideP99);
