namespace KafkaMesh.Benchmarks.Admission;

/// <summary>What the caller saw of a run.</summary>
internal sealed class AdmissionRun
{
    private readonly TimeSpan[] _times;
    private readonly TimeSpan[] _timesSinceDue;

    /// <param name="answers">Every answer.</param>
    /// <param name="took">From the first question to the last answer.</param>
    /// <param name="cpu">CPU time of the operator meanwhile.</param>
    /// <param name="others">CPU time of whoever else used the machine meanwhile.</param>
    /// <param name="collections">Garbage collections of the caller.</param>
    public AdmissionRun(AdmissionAnswer[] answers, TimeSpan took, TimeSpan cpu, TimeSpan others, int collections)
    {
        _times = [.. answers.Select(a => a.Took).Order()];
        _timesSinceDue = [.. answers.Select(a => a.SinceDue).Order()];
        (Took, Cpu, Others, Failed, Collections) = (took, cpu, others, answers.Count(a => !a.IsInjected), collections);
    }

    /// <summary>From the first question to the last answer.</summary>
    public TimeSpan Took { get; }

    /// <summary>CPU time of the operator meanwhile, with all that it did besides.</summary>
    public TimeSpan Cpu { get; }

    /// <summary>CPU time of whoever else used the machine meanwhile: caller and operator had to wait for them.</summary>
    public TimeSpan Others { get; }

    /// <summary>Admissions without a patch.</summary>
    public int Failed { get; }

    /// <summary>Garbage collections of the caller: 0, or its own pauses are among the times.</summary>
    public int Collections { get; }

    /// <summary>Admissions.</summary>
    public int Count => _times.Length;

    /// <summary>The round trip that this share of the admissions stayed within.</summary>
    public TimeSpan Percentile(double share) => Within(_times, share);

    /// <summary>The same from the time at which the question was due.</summary>
    public TimeSpan PercentileSinceDue(double share) => Within(_timesSinceDue, share);

    private static TimeSpan Within(TimeSpan[] times, double share) => times[(int)Math.Ceiling(times.Length * share) - 1];
}
