using KafkaMesh.Operator.Commands.Clusters;

namespace KafkaMesh.Operator.Tests.Commands.Clusters;

/// <summary>Cells of a terminal.</summary>
public sealed class TextWidthTests
{
    [Theory]
    [InlineData("", 0)]
    [InlineData("orders", 6)]
    [InlineData("Bestellungen-ü", 14)]
    [InlineData("e\u0301", 1)]
    [InlineData("注文", 4)]
    [InlineData("주문", 4)]
    [InlineData("😀", 2)]
    [InlineData("𝄞", 1)]
    public void Of_Text_IsItsCells(string text, int cells) => Assert.Equal(cells, TextWidth.Of(text));

    [Theory]
    [InlineData("orders", 6, "orders")]
    [InlineData("orders", 5, "orde…")]
    [InlineData("注文注文", 6, "注文…")]
    [InlineData("注文注文", 5, "注文…")]
    [InlineData("注文", 1, "…")]
    [InlineData("x", 0, "")]
    public void Fit_TooLong_IsCutToTheCells(string text, int cells, string cut) => Assert.Equal(cut, TextWidth.Fit(text, cells));

    [Fact]
    public void Fit_MarksWithoutEnd_AreCutToo() => Assert.InRange(TextWidth.Fit("a" + new string('\u0301', 10_000), 8).Length, 1, 40);

    [Fact]
    public void Write_WideNames_KeepsColumnsInLine()
    {
        var table = new TableText("NAME", ">COUNT");
        table.Add("注文", "1");
        table.Add("orders", "22");
        Assert.Equal("NAME     COUNT\n注文         1\norders      22\n", table.Write());
    }
}
