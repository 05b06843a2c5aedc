using System.Globalization;
using BenchmarkDotNet.Reports;
using KafkaMesh.Benchmarks.Codec;

namespace KafkaMesh.Benchmarks;

/// <summary>Prints the codec's times against the hand-written decoder's, as the README of codec/ shows them.</summary>
internal static class RatioTable
{
    /// <summary>Prints the fastest iteration of each: what else runs on the machine can only slow one down.</summary>
    public static void Print(IReadOnlyList<Summary> rounds, TextWriter output)
    {
        output.WriteLine("| frame | straight-line | whole | ratio | 16 KiB pieces | pieces / whole | per cut |");
        output.WriteLine("|---|--:|--:|--:|--:|--:|--:|");
        foreach (var frame in rounds.SelectMany(round => round.Reports).GroupBy(report => report.BenchmarkCase.Parameters[nameof(BodyBenchmarks.Frame)]))
        {
            var line = Fastest(frame, nameof(BodyBenchmarks.StraightLine));
            var whole = Fastest(frame, nameof(BodyBenchmarks.Whole));
            var pieces = Fastest(frame, nameof(BodyBenchmarks.Pieces16KiB));
            var cuts = (BenchmarkFrame.All.Single(one => one.Name == (string)frame.Key).Body.Length - 1) / BodyBenchmarks.PieceLength;
            var perCut = cuts == 0 ? "-" : string.Create(CultureInfo.InvariantCulture, $"{(pieces - whole) / cuts:f1} ns");
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {frame.Key} | {line:f1} ns | {whole:f1} ns | {whole / line:f2} | {pieces:f1} ns | {pieces / whole:f2} | {perCut} |"));
        }
    }

    private static double Fastest(IEnumerable<BenchmarkReport> reports, string method) =>
        reports.Where(report => report.BenchmarkCase.Descriptor.WorkloadMethod.Name == method).Min(report => report.ResultStatistics?.Min) ?? double.NaN;
}
