using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;

namespace KafkaMesh.Fuzz;

/// <summary>Fuzzes targets for a time, or runs one saved input again.</summary>
internal sealed class CommandLine(TextWriter output, TextWriter errors)
{
    private const int Success = 0;
    private const int Found = 1;
    private const int Hangs = 3;
    private const int UsageError = 64;
    private const int MostSavedPerTarget = 16;
    private const int LongestSaved = 600;

    private static readonly string Usage = $"""
        usage: fuzz   [--seconds N] [--target NAME|all] [--seed N] [--corpus DIR] [--findings DIR] [--save DIR]
               replay TARGET FILE
        targets: {string.Join(' ', FuzzTargets.All.Select(target => target.Name))}
        """;

    /// <summary>Runs a command.</summary>
    /// <returns>0 when everything held, 1 when something did not, 3 when an input takes for ever, 64 for a wrong command line.</returns>
    public int Run(IReadOnlyList<string> arguments)
    {
        if (arguments is ["replay", var name, var file])
            return Replay(name, file);
        if (arguments is not ["fuzz", ..] || arguments.Count % 2 == 0)
            return Refuse("the command is neither fuzz nor replay, or an option has no value");
        var options = new Dictionary<string, string>(StringComparer.Ordinal) { ["--seconds"] = "60", ["--target"] = "all", ["--seed"] = "1", ["--corpus"] = "", ["--findings"] = "out/fuzz", ["--save"] = "" };
        for (var i = 1; i < arguments.Count; i += 2)
        {
            if (!options.ContainsKey(arguments[i]))
                return Refuse($"'{arguments[i]}' is no option");
            options[arguments[i]] = arguments[i + 1];
        }

        if (!int.TryParse(options["--seconds"], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds == 0)
            return Refuse($"--seconds '{options["--seconds"]}' is no number of seconds from 1 on");
        if (!int.TryParse(options["--seed"], NumberStyles.None, CultureInfo.InvariantCulture, out var seed))
            return Refuse($"--seed '{options["--seed"]}' is no number");
        var targets = FuzzTargets.All.Where(target => options["--target"] == "all" || target.Name == options["--target"]).ToList();
        if (targets.Count == 0)
            return Refuse($"--target '{options["--target"]}' is none of the targets");
        return Fuzz(targets, TimeSpan.FromSeconds(seconds), seed, options);
    }

    private int Fuzz(List<IFuzzTarget> targets, TimeSpan duration, int seed, Dictionary<string, string> options)
    {
        var found = 0;
        foreach (var target in targets)
        {
            var fuzzer = new Fuzzer(target, seed);
            using var watch = new Timer(_ => EndIfItHangs(fuzzer, target, options["--findings"]), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
            var time = Stopwatch.StartNew();
            var finding = fuzzer.Run(FuzzTargets.Corpus(options["--corpus"], target.Name), duration / targets.Count);
            output.WriteLine($"{target.Name,-18} {fuzzer.Inputs,9} inputs {fuzzer.Inputs / time.Elapsed.TotalSeconds,9:f0}/s {fuzzer.Features,6} features  {finding?.What ?? "nothing found"}");
            if (options["--save"].Length > 0)
                Save(fuzzer, Path.Combine(options["--save"], target.Name));
            if (finding is null)
                continue;
            found++;
            Report(finding, seed, options["--findings"]);
        }

        return found == 0 ? Success : Found;
    }

    private void Report(Finding finding, int seed, string directory)
    {
        var file = Write(finding.Target, finding.Input, directory);
        errors.WriteLine($"{finding.Target}, seed {seed}: {finding.What}");
        errors.WriteLine(finding.Details);
        errors.WriteLine($"The input is in {file}. Run it again:");
        errors.WriteLine($"  make fuzz TARGET={finding.Target} REPLAY={file}");
    }

    private static string Write(string target, byte[] input, string directory)
    {
        Directory.CreateDirectory(directory);
        var file = Path.Combine(directory, $"{target}-{Convert.ToHexStringLower(SHA256.HashData(input))[..12]}");
        File.WriteAllBytes(file, input);
        return file;
    }

    /// <summary>The shortest of what was kept, so that the corpus stays small.</summary>
    private static void Save(Fuzzer fuzzer, string directory)
    {
        foreach (var input in fuzzer.Kept.Where(input => input.Length is > 0 and <= LongestSaved).Take(8 * MostSavedPerTarget).OrderByDescending(input => input.Length).Where((_, i) => i % 8 == 0))
            Write("input", input, directory);
    }

    // A thread cannot be stopped, so the process ends.
    private void EndIfItHangs(Fuzzer fuzzer, IFuzzTarget target, string directory)
    {
        if (fuzzer.Current is not { } input || Stopwatch.GetElapsedTime(fuzzer.CurrentSince) < 2 * Trial.TimeLimit)
            return;
        var file = Write(target.Name, input, directory);
        errors.WriteLine($"{target.Name}: an input of {input.Length} bytes takes longer than {2 * Trial.TimeLimit.TotalSeconds} s. Run it again:");
        errors.WriteLine($"  make fuzz TARGET={target.Name} REPLAY={file}");
        Environment.Exit(Hangs);
    }

    private int Replay(string name, string file)
    {
        if (FuzzTargets.All.FirstOrDefault(target => target.Name == name) is not { } target)
            return Refuse($"'{name}' is none of the targets");
        if (!File.Exists(file))
            return Refuse($"{file} does not exist");
        if (Trial.Run(target, File.ReadAllBytes(file), out var transcript) is not { } finding)
        {
            output.WriteLine($"{name}: everything holds ({transcript.Events} events).");
            return Success;
        }

        errors.WriteLine(finding.Details);
        return Found;
    }

    private int Refuse(string fault)
    {
        errors.WriteLine($"fuzz: {fault}.");
        errors.WriteLine(Usage);
        return UsageError;
    }
}
