using KafkaMesh.Operator.Wording;

namespace KafkaMesh.Operator.Tests.Wording;

public sealed class PluralTests
{
    [Theory]
    [InlineData(0, "0 pods")]
    [InlineData(1, "1 pod")]
    [InlineData(2, "2 pods")]
    [InlineData(1200, "1,200 pods")]
    public void Of_Number_TakesItsForm(long number, string expected) => Assert.Equal(expected, Plural.Of(number, "pod"));

    [Fact]
    public void Of_WordsOfTheirOwn_AreTaken() =>
        Assert.Equal(["1 connection is TLS", "3 connections are TLS"], new[] { Plural.Of(1, "connection is TLS", "connections are TLS"), Plural.Of(3, "connection is TLS", "connections are TLS") });

    [Theory]
    [InlineData(1, "Pod a")]
    [InlineData(2, "2 pods, such as a,")]
    public void Named_Number_BeginsASentence(long number, string expected) => Assert.Equal(expected, Plural.Named(number, "pod", "a"));

    [Theory]
    [InlineData(1, "pod a")]
    [InlineData(2, "2 pods, such as a,")]
    public void Within_Number_GoesOnInASentence(long number, string expected) => Assert.Equal(expected, Plural.Within(number, "pod", "a"));
}
