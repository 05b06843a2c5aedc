using System.Diagnostics;

namespace KafkaMesh.Fuzz;

/// <summary>
/// Feeds a target with mutated inputs, keeps those that made it say something new, and stops at the first finding. The same
/// seed and corpus give the same inputs in the same order.
/// </summary>
internal sealed class Fuzzer
{
    private const int Seeds = 64;
    private const int MaxKept = 4096;
    private const int ShrinkAttempts = 400;

    private readonly IFuzzTarget _target;
    private readonly Random _random;
    private readonly Mutator _mutator;
    private readonly List<byte[]> _kept = [];
    private readonly HashSet<ulong> _features = [];

    /// <summary>Nothing tried so far.</summary>
    public Fuzzer(IFuzzTarget target, int seed)
    {
        _target = target;
        _random = new Random(seed);
        _mutator = new Mutator(_random, target.Tokens);
    }

    /// <summary>Inputs tried.</summary>
    public long Inputs { get; private set; }

    /// <summary>Different things that the target said.</summary>
    public int Features => _features.Count;

    /// <summary>The inputs that made it say something new, first ones first.</summary>
    public IReadOnlyList<byte[]> Kept => _kept;

    /// <summary>The input that is tried now, for whoever watches the time.</summary>
    public byte[]? Current { get; private set; }

    /// <summary>When the current input began.</summary>
    public long CurrentSince { get; private set; }

    /// <summary>Fuzzes until something is found, the time is over or enough inputs were tried.</summary>
    /// <param name="corpus">Inputs to begin with.</param>
    /// <param name="duration">Time.</param>
    /// <param name="maxInputs">Inputs.</param>
    public Finding? Run(IEnumerable<byte[]> corpus, TimeSpan duration, long maxInputs = long.MaxValue)
    {
        var time = Stopwatch.StartNew();
        foreach (var input in corpus.Concat(Enumerable.Range(0, Seeds).Select(_ => _target.MakeSeed(_random))))
        {
            if (Try(input) is { } finding)
                return Shrink(finding);
        }

        while (time.Elapsed < duration && Inputs < maxInputs)
        {
            var input = _random.Next(50) == 0 || _kept.Count == 0 ? _target.MakeSeed(_random) : Pick();
            if (Try(_mutator.Mutate(input, _kept.Count == 0 ? input : Pick(), _target.MaxLength)) is { } finding)
                return Shrink(finding);
        }

        return null;
    }

    // Half of the time one of the newest: what is new is least explored.
    private byte[] Pick() => _random.Next(2) == 0 ? _kept[_random.Next(_kept.Count)] : _kept[Math.Max(0, _kept.Count - 1 - _random.Next(32))];

    private Finding? Try(byte[] input)
    {
        Inputs++;
        CurrentSince = Stopwatch.GetTimestamp();
        Current = input;
        var finding = Trial.Run(_target, input, out var transcript);
        Current = null;
        if (finding is not null)
            return finding;
        var before = _features.Count;
        _features.UnionWith(transcript.Features);
        if (_features.Count > before && _kept.Count < MaxKept)
            _kept.Add(input);
        return null;
    }

    private Finding Shrink(Finding finding)
    {
        var attempts = 0;
        for (var size = finding.Input.Length / 2; size > 0 && attempts < ShrinkAttempts; size /= 2)
        {
            for (var at = 0; at + size <= finding.Input.Length && attempts < ShrinkAttempts; attempts++)
            {
                byte[] shorter = [.. finding.Input[..at], .. finding.Input[(at + size)..]];
                if (Trial.Run(_target, shorter, out _) is { } same && Kind(same) == Kind(finding))
                    finding = same;
                else
                    at += size;
            }
        }

        return finding;
    }

    private static string Kind(Finding finding) => string.Concat(finding.What.Where(c => !char.IsAsciiDigit(c)));
}
