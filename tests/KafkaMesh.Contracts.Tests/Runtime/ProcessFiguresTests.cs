using System.Diagnostics;
using KafkaMesh.Contracts.Runtime;

namespace KafkaMesh.Contracts.Tests.Runtime;

public sealed class ProcessFiguresTests
{
    private const string Stat =
        "4711 (a ) (b) S 1 4711 4711 0 -1 4194560 2000 0 3 0 250 50 0 0 20 0 12 0 123456 987654321 1000 18446744073709551615 1 1 0 0 0 0 0 4096 0 0 0 0 17 1 0 0 0 0 0";

    [Fact]
    public void Of_WhatTheKernelShows_IsInSecondsAndBytes() => Assert.Equal(
        new ProcessFigures(3, 1_700_001_234.56, 1000L * Environment.SystemPageSize, 987_654_321, 42, 1024),
        ProcessFigures.Of(Stat, "btime 1700000000", "Max open files            1024                 1048576              files     ", 42));

    [Fact]
    public void Of_NoLimit_IsNone() =>
        Assert.Null(ProcessFigures.Of(Stat, "btime 1", "Max open files            unlimited            unlimited            files     ", 42).MaxDescriptors);

    [Theory]
    [InlineData("")]
    [InlineData("1 (a) S 1 2 3")]
    [InlineData("1 (a) S a b c d e f g h i j k l m n o p q r s t u v w")]
    public void Of_SomethingElse_IsAFormatError(string stat) =>
        Assert.Throws<FormatException>(() => ProcessFigures.Of(stat, "btime 1", "Max open files 1 1 files", 1));

    [Fact]
    public void Read_ThisProcess_IsWhatDotNetSaysOfIt()
    {
        using var process = Process.GetCurrentProcess();
        var start = new DateTimeOffset(process.StartTime).ToUnixTimeMilliseconds() / 1000.0;
        var before = process.TotalProcessorTime.TotalSeconds;

        var figures = ProcessFigures.Read();

        process.Refresh();
        Assert.NotNull(figures);
        Assert.InRange(figures.CpuSeconds, before - 0.05, process.TotalProcessorTime.TotalSeconds + 0.05);
        Assert.InRange(figures.StartTime, start - 1.5, start + 1.5);
        Assert.InRange(figures.ResidentBytes, 1_000_000, process.PeakWorkingSet64);
        Assert.InRange(figures.VirtualBytes, figures.ResidentBytes, long.MaxValue);
        Assert.InRange(figures.OpenDescriptors, 3, figures.MaxDescriptors ?? long.MaxValue);
    }
}
