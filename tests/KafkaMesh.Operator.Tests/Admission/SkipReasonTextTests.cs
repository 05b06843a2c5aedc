using KafkaMesh.Contracts;
using KafkaMesh.Operator.Admission;

namespace KafkaMesh.Operator.Tests.Admission;

public sealed class SkipReasonTextTests
{
    public static TheoryData<string> Reasons => [.. SkipReason.All];

    [Theory]
    [MemberData(nameof(Reasons))]
    public void Of_EveryReason_HasWordsOfItsOwn(string reason) =>
        Assert.DoesNotContain("left as it was", SkipReasonText.Of(reason), StringComparison.Ordinal);

    [Fact]
    public void Of_ReasonOfANewerOperator_SaysTheReason() =>
        Assert.Equal("It was left as it was: moon-phase.", SkipReasonText.Of("moon-phase"));
}
