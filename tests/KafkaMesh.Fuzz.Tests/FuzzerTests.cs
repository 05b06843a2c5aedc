namespace KafkaMesh.Fuzz.Tests;

public class FuzzerTests
{
    private static readonly TimeSpan s_long = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(PlantedDefect.UncheckedLength, "ArgumentOutOfRangeException")]
    [InlineData(PlantedDefect.AllocatesByLength, "it allocated")]
    [InlineData(PlantedDefect.ReadsBeyond, "reads beyond it")]
    [InlineData(PlantedDefect.DependsOnPieces, "it says something else (")]
    [InlineData(PlantedDefect.DeepValue, "deep inside")]
    public void Run_PlantedDefect_IsFoundAndMadeShort(object defect, string what)
    {
        var finding = new Fuzzer(new PlantedTarget((PlantedDefect)defect), seed: 1).Run([], s_long, maxInputs: 2_000_000);
        Assert.NotNull(finding);
        Assert.Contains(what, finding.What, StringComparison.Ordinal);
        Assert.InRange(finding.Input.Length, 2, 16);
        Assert.NotNull(Trial.Run(new PlantedTarget((PlantedDefect)defect), finding.Input, out _));
    }

    [Fact]
    public void Run_NoDefect_FindsNothing() => Assert.Null(new Fuzzer(new PlantedTarget(PlantedDefect.None), seed: 1).Run([], s_long, maxInputs: 20_000));

    [Fact]
    public void Run_SameSeed_TriesTheSameInputs()
    {
        var first = new Fuzzer(new PlantedTarget(PlantedDefect.None), seed: 5);
        var second = new Fuzzer(new PlantedTarget(PlantedDefect.None), seed: 5);
        first.Run([], s_long, maxInputs: 5_000);
        second.Run([], s_long, maxInputs: 5_000);
        Assert.Equal(first.Kept.Select(Convert.ToHexString), second.Kept.Select(Convert.ToHexString));
        Assert.NotEmpty(first.Kept);
    }
}
