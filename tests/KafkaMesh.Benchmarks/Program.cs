using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using KafkaMesh.Benchmarks;
using KafkaMesh.Benchmarks.Codec;
using KafkaMesh.Benchmarks.Relay;
using Perfolizer.Horology;

if (args is ["relay", ..])
{
    return RelayBench.Run(args.AsSpan(1));
}

// In this process, so that nothing is built or restored: it runs without a network and on the CPU that it was bound to. Many
// short iterations, so that some of them are not disturbed by other processes.
var job = Job.Default
    .WithToolchain(InProcessEmitToolchain.Instance)
    .WithIterationTime(TimeInterval.FromMilliseconds(4))
    .WithWarmupCount(20)
    .WithIterationCount(150);
var config = ManualConfig.CreateEmpty()
    .AddJob(job)
    .AddColumnProvider(DefaultColumnProviders.Params, DefaultColumnProviders.Metrics)
    .AddColumn(TargetMethodColumn.Method, StatisticColumn.Min, StatisticColumn.Median)
    .AddLogger(ConsoleLogger.Default)
    .WithOptions(ConfigOptions.DisableOptimizationsValidator)
    .WithArtifactsPath(Path.Combine(Path.GetTempPath(), "kafkamesh-benchmarks"));
var summary = BenchmarkRunner.Run<BodyBenchmarks>(config, args);
RatioTable.Print(summary, Console.Out);
return summary.Reports.Length > 0 && summary.Reports.All(report => report.Success) ? 0 : 1;
