using KafkaMesh.Operator.Dashboard.Http;

namespace KafkaMesh.Operator.Tests.Dashboard.Http;

public sealed class WaitingAnswersTests
{
    [Fact]
    public void Add_MoreThanTheLimit_IsRefusedUntilAReaderIsDone()
    {
        var waiting = new WaitingAnswers(100);
        waiting.Add(60);
        waiting.Add(40);
        var refused = Assert.Throws<ProblemException>(() => waiting.Add(1));
        Assert.Equal((503, 100L), (refused.Status, waiting.Bytes));
        waiting.Remove(60);
        waiting.Add(60);
    }

    [Fact]
    public void Add_OneThatIsLargerThanTheLimit_IsTakenWhenAlone()
    {
        var waiting = new WaitingAnswers(100);
        waiting.Add(101);
        Assert.Throws<ProblemException>(() => waiting.Add(1));
        waiting.Remove(101);
        Assert.Equal(0, waiting.Bytes);
    }
}
