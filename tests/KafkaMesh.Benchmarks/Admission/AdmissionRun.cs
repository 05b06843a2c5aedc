namespace KafkaMesh.Benchmarks.Admission;

/// <summary>What the caller saw of a run.</summary>
internal sealed class AdmissionRun
{
    private readonly TimeSpan[] _times;

    /// <param name="answers">Every answer.</param>
    /// <param name="took">From the first question to the last answer.</param>
    public AdmissionRun(AdmissionAnswer[] answers, TimeSpan took)
    {
        _times = [.. answers.Select(a => a.Took).Order()];
        (Took, Failed) = (took, answers.Count(a => !a.IsInjected));
    }

    /// <summary>From the first question to the last answer.</summary>
    public TimeSpan Took { get; }

    /// <summary>Admissions without a patch.</summary>
    public int Failed { get; }

    /// <summary>Admissions.</summary>
    public int Count => _times.Length;

    /// <summary>The round trip that this share of the admissions stayed within.</summary>
    public TimeSpan Percentile(double share) => _times[(int)Math.Ceiling(_times.Length * share) - 1];
}
