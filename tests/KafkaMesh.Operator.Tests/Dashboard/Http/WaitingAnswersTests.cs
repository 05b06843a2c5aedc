using KafkaMesh.Operator.Dashboard.Http;

namespace KafkaMesh.Operator.Tests.Dashboard.Http;

public sealed class WaitingAnswersTests
{
    private readonly WaitingAnswers _waiting = new(100);

    [Fact]
    public void Hold_MoreThanTheLimit_IsRefusedUntilAReaderIsDone()
    {
        var first = _waiting.Hold(new byte[60]);
        _waiting.Hold(new byte[40]);
        var refused = Assert.Throws<ProblemException>(() => _waiting.Hold(new byte[1]));
        Assert.Equal((503, 100L), (refused.Status, _waiting.Bytes));
        first.Dispose();
        first.Dispose();
        Assert.Equal(40, _waiting.Bytes);
        _waiting.Hold(new byte[60]);
    }

    [Fact]
    public void Hold_OneThatIsLargerThanTheLimit_IsTakenWhenAlone()
    {
        var only = _waiting.Hold(new byte[101]);
        Assert.Throws<ProblemException>(() => _waiting.Hold(new byte[1]));
        only.Dispose();
        Assert.Equal(0, _waiting.Bytes);
    }

    [Fact]
    public void Hold_OneAnswerForManyReaders_CountsOnceUntilTheLastIsDone()
    {
        var answer = new byte[90];
        var readers = Enumerable.Range(0, 50).Select(_ => _waiting.Hold(answer)).ToList();
        Assert.Equal(90, _waiting.Bytes);
        foreach (var reader in readers.Skip(1))
            reader.Dispose();
        Assert.Equal(90, _waiting.Bytes);
        readers[0].Dispose();
        Assert.Equal(0, _waiting.Bytes);
    }
}
