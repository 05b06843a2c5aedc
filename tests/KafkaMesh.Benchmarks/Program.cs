using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using KafkaMesh.Benchmarks;
using KafkaMesh.Benchmarks.Admission;
using KafkaMesh.Benchmarks.Codec;
using KafkaMesh.Benchmarks.Relay;
using KafkaMesh.Benchmarks.Scale;
using Perfolizer.Horology;

if (args is ["relay", ..])
{
    return RelayBench.Run(args.AsSpan(1));
}

if (args is ["admission", var program])
{
    return await AdmissionBench.RunAsync(program, Console.Out);
}

if (args is ["scale", .. var scale])
{
    return await ScaleBench.RunAsync(scale, Console.Out);
}

// In this process, so that nothing is built or restored: it runs without a network and on the CPU that it was bound to. Many
// short iterations in several rounds, so that some of each benchmark's are not disturbed by other processes.
const int Rounds = 5;
var job = Job.Default
    .WithToolchain(InProcessEmitToolchain.Instance)
    .WithIterationTime(TimeInterval.FromMilliseconds(4))
    .WithWarmupCount(20)
    .WithIterationCount(40);
var config = ManualConfig.CreateEmpty()
    .AddJob(job)
    .AddColumnProvider(DefaultColumnProviders.Params, DefaultColumnProviders.Metrics)
    .AddColumn(TargetMethodColumn.Method, StatisticColumn.Min, StatisticColumn.Median)
    .AddLogger(ConsoleLogger.Default)
    .WithOptions(ConfigOptions.DisableOptimizationsValidator)
    .WithArtifactsPath(Path.Combine(Path.GetTempPath(), "kafkamesh-benchmarks"));
var rounds = Enumerable.Range(0, Rounds).Select(_ => BenchmarkRunner.Run<BodyBenchmarks>(config, args)).ToList();
RatioTable.Print(rounds, Console.Out);
return rounds.All(round => round.Reports.Length > 0 && round.Reports.All(report => report.Success)) ? 0 : 1;
