namespace KafkaMesh.Operator.Diagnosis.Reading;

/// <summary>A trial.</summary>
/// <param name="Monitor">The monitor that was tried.</param>
/// <param name="Result">What became of it.</param>
/// <param name="Detail">The API server's words when it refused or could not be tried.</param>
internal sealed record ProbeSight(SeenMonitor Monitor, ProbeResult Result, string Detail)
{
    /// <summary>The Pod Security level that refused it because of the init container; null when none did.</summary>
    public string? RefusingLevel => Result == ProbeResult.RefusedByPodSecurity ? PodSecurityRefusal.LevelIn(Detail) : null;
}
