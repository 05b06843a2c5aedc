using System.Globalization;
using KafkaMesh.Benchmarks.Relay;

namespace KafkaMesh.Benchmarks.Admission;

/// <summary>A row of the table: one way of arriving, seen by the caller, by the operator and by the kernel.</summary>
internal sealed class AdmissionRow
{
    private readonly IReadOnlyList<AdmissionRun> _runs;
    private readonly OperatorFigures _figures;
    private readonly int _cpus;

    private AdmissionRow(string arrivals, IReadOnlyList<AdmissionRun> runs, OperatorFigures figures, int cpus) =>
        (Arrivals, _runs, _figures, _cpus) = (arrivals, runs, figures, cpus);

    /// <summary>How admissions arrived.</summary>
    public string Arrivals { get; }

    /// <summary>Admissions without a patch, and those that the operator did not answer itself.</summary>
    public int Failed => _runs.Sum(r => r.Failed) + (int)(Count - _figures.Count);

    /// <summary>99th percentile of the round trip; of several runs the middle one.</summary>
    public TimeSpan CallerP99 => Caller(0.99);

    /// <summary>The same from the time at which the question was due.</summary>
    public TimeSpan CallerP99SinceDue => Middle(_runs.Select(r => r.PercentileSinceDue(0.99)));

    /// <summary>Garbage collections of the caller while it measured.</summary>
    public int Collections => _runs.Sum(r => r.Collections);

    /// <summary>Cores that others took meanwhile.</summary>
    public double Others => Math.Max(0, _runs.Sum(r => r.Others.TotalSeconds) / _runs.Sum(r => r.Took.TotalSeconds));

    /// <summary>Whether the runs sent all that they had at once.</summary>
    public bool IsBurst => _runs.Count > 1;

    /// <summary>From the first question to the last answer; of several runs the middle one.</summary>
    public TimeSpan Last => Middle(_runs.Select(r => r.Took));

    /// <summary>CPU time of the operator for a run, on its CPUs: the last answer cannot come sooner. Of several runs the middle one.</summary>
    public TimeSpan Floor => Middle(_runs.Select(r => r.Cpu)) / _cpus;

    /// <summary>Bound of the operator's histogram that 99 of 100 stayed within.</summary>
    public TimeSpan InsideP99 => _figures.Within(0.99);

    private int Count => _runs.Sum(r => r.Count);

    /// <summary>Runs and measures.</summary>
    /// <param name="subject">The operator.</param>
    /// <param name="cpus">How many CPUs it has.</param>
    /// <param name="arrivals">How admissions arrive.</param>
    /// <param name="run">Makes them arrive.</param>
    public static async Task<AdmissionRow> MeasureAsync(AdmissionSubject subject, int cpus, string arrivals, Func<Task<IReadOnlyList<AdmissionRun>>> run)
    {
        var before = await subject.FiguresAsync();
        var runs = await run();
        return new AdmissionRow(arrivals, runs, (await subject.FiguresAsync()).Since(before), cpus);
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var answered = Count / _runs.Sum(r => r.Took.TotalSeconds);
        var burst = IsBurst ? string.Create(CultureInfo.InvariantCulture, $"{Milliseconds(Last)} | {Milliseconds(Floor)} | {Last / Floor:0.00}") : " |  | ";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Arrivals} | {answered:n0} | {Milliseconds(Caller(0.5))} | {Milliseconds(CallerP99)} | {Milliseconds(CallerP99SinceDue)} | ≤ {Milliseconds(_figures.Within(0.5))} | ≤ {Milliseconds(InsideP99)} | {Milliseconds(TimeSpan.FromTicks(_runs.Sum(r => r.Cpu.Ticks)) / Count)} | {burst} | {Others:0.00} |");
    }

    /// <summary>A time as the table says it.</summary>
    public static string Milliseconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0.##} ms");

    private TimeSpan Caller(double share) => Middle(_runs.Select(r => r.Percentile(share)));

    private static TimeSpan Middle(IEnumerable<TimeSpan> times) => TimeSpan.FromTicks((long)Statistics.Median(times.Select(t => (double)t.Ticks)));
}
