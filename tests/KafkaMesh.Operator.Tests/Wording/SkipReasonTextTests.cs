using KafkaMesh.Contracts;
using KafkaMesh.Operator.Wording;

namespace KafkaMesh.Operator.Tests.Wording;

public sealed class SkipReasonTextTests
{
    public static TheoryData<string> Reasons => [.. SkipReason.All];

    [Theory]
    [MemberData(nameof(Reasons))]
    public void Of_EveryReason_HasSentencesOfItsOwn(string reason)
    {
        var text = SkipReasonText.Of(reason);
        Assert.NotEqual(SkipReasonText.Of("moon-phase").Advice, text.Advice);
        Assert.DoesNotContain("left as it was", text.Meaning, StringComparison.Ordinal);
        Assert.All((string[])[text.Meaning, text.Advice], sentence => Assert.Matches(@"^[A-Z].*[^.]\.$", sentence));
    }

    [Fact]
    public void Of_ReasonOfANewerOperator_SaysTheReason() =>
        Assert.Equal("It was left as it was: moon-phase. Look at the events of the pod.", SkipReasonText.Of("moon-phase").Whole);
}
