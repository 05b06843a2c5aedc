using KafkaMesh.Codec.Tests;

namespace KafkaMesh.Fuzz.Tests;

/// <summary>A short run of every target, from the committed corpus; <c>make fuzz</c> runs longer.</summary>
public class FuzzTargetTests
{
    private static readonly string s_corpus = Path.Combine(Repository.Root, "tests", "KafkaMesh.Fuzz", "corpus");

    public static TheoryData<string> Targets => [.. FuzzTargets.All.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Targets))]
    public void Fuzz_ForTwoSeconds_FindsNothing(string name)
    {
        var target = FuzzTargets.All.Single(target => target.Name == name);
        var fuzzer = new Fuzzer(target, seed: 1);
        var finding = fuzzer.Run(FuzzTargets.Corpus(s_corpus, name), TimeSpan.FromSeconds(2));
        Assert.True(finding is null, $"{finding?.What}\n{finding?.Details}\ninput: {Convert.ToHexString(finding?.Input ?? [])}");
        Assert.True(fuzzer.Inputs > 100 && fuzzer.Features > 4, $"{fuzzer.Inputs} inputs, {fuzzer.Features} features");
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void Corpus_OfEveryTarget_IsCommittedAndSmall(string name) =>
        Assert.InRange(FuzzTargets.Corpus(s_corpus, name).Sum(input => (long)input.Length), 1, 16_384);

    [Fact]
    public void Corpus_Folders_AreThoseOfTargets() =>
        Assert.Equal(FuzzTargets.All.Select(target => target.Name).Order(StringComparer.Ordinal), Directory.GetDirectories(s_corpus).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal));
}
