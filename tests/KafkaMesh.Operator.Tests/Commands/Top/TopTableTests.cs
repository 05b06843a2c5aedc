using KafkaMesh.Operator.Commands.Top;

namespace KafkaMesh.Operator.Tests.Commands.Top;

/// <summary>Views of answers: order, filter, columns.</summary>
public sealed class TopTableTests
{
    private static readonly TopView Apis = TopViews.Find("apis")!;
    private static readonly TopScope One = new("shop", "orders");
    private static readonly TopData Data = TopTestData.Of(("Produce", 10), ("Fetch", 200), ("Metadata", null), ("ApiVersions", 10));

    [Fact]
    public void Write_AtFirst_IsBusiestFirstAndUnknownLast() => Assert.Equal(
        """
        API           REQ/S   ERR%      P99   IN/S   OUT/S   REQUESTS   ERRORS
        Fetch           200      2   12.5ms     2k      4k        101        2
        ApiVersions      10      2   12.5ms    100     200        103        2
        Produce          10      2   12.5ms    100     200        100        2
        Metadata          -      -        -      -       -        102        2

        """,
        Table(null).Write());

    [Theory]
    [InlineData("API", false, "ApiVersions Fetch Metadata Produce")]
    [InlineData("API", true, "Produce Metadata Fetch ApiVersions")]
    [InlineData("REQ/S", false, "ApiVersions Produce Fetch Metadata")]
    [InlineData("REQUESTS", true, "ApiVersions Metadata Fetch Produce")]
    public void Texts_BySomeColumn_AreInItsOrder(string column, bool isDescending, string names) =>
        Assert.Equal(names, string.Join(' ', new TopTable(Apis, Data, new TopOrder(column, isDescending, "", IsWide: false), One).Texts().Select(r => r[0])));

    [Fact]
    public void Texts_Filtered_AreRowsWithItInACell()
    {
        var table = new TopTable(Apis, Data, new TopOrder("API", false, "pRO", IsWide: false), One);
        Assert.Equal((1, 4, "Produce"), (table.Count, table.Total, table.Texts().Single()[0]));
    }

    [Fact]
    public void Columns_ByScopeAndWidth_LeaveOutWhatIsSaidAlready()
    {
        var all = new TopTable(Apis, Data, TopOrder.Of(Apis, null, "", isWide: true), new TopScope(null, null)).Columns.Select(c => c.Head).ToList();
        Assert.Equal(Apis.Columns.Select(c => c.Head), all);
        Assert.Equal("MONITOR", new TopTable(Apis, Data, TopOrder.Of(Apis, null, "", isWide: false), new TopScope("shop", null)).Columns.First().Head);
        var monitors = TopViews.Find("monitors")!;
        Assert.Equal("NAME", new TopTable(monitors, Data, TopOrder.Of(monitors, null, "", isWide: false), One).Columns.First().Head);
    }

    [Fact]
    public void Write_Monitors_SaysHealthPodsAndAge()
    {
        var monitors = TopViews.Find("monitors")!;
        Assert.Equal(
            """
            NAME     HEALTH    PODS   REQ/S   ERR%      P99   IN/S   OUT/S   KAFKA   TLS   TOP API     FIGURES
            orders   Healthy    3/4    1.5k      2   12.5ms    15k     30k       2     0   Fetch 61%        5s

            """,
            new TopTable(monitors, Data, TopOrder.Of(monitors, null, "", isWide: false), One).Write());
    }

    [Fact]
    public void ToJson_Rows_AreTheAnswersOwnWithTheirMonitor()
    {
        var json = Table("REQ/S").ToJson(TopTestData.Now);
        Assert.Equal(("Top", "apis", "2026-01-01T12:00:00.000Z"), (json["kind"]!.ToString(), json["view"]!.ToString(), json["now"]!.ToString()));
        Assert.Equal(("shop", "orders", "Fetch", 200.0), (
            json["items"]![0]!["namespace"]!.ToString(), json["items"]![0]!["monitor"]!.ToString(), json["items"]![0]!["figures"]!["name"]!.ToString(),
            json["items"]![0]!["figures"]!["traffic"]!["requestsPerSecond"]!.GetValue<double>()));
    }

    [Fact]
    public void All_Views_HaveACellForEveryColumnAndAColumnToSortBy()
    {
        foreach (var view in TopViews.All)
        {
            Assert.Contains(view.Columns, c => c.Head == view.Sort);
            Assert.Equal(view.Columns.Count, view.Columns.Select(c => c.Head).Distinct().Count());
            Assert.All(view.Rows(Data), r => Assert.Equal(view.Columns.Count, r.Cells.Count));
        }
    }

    [Fact]
    public void LeftOut_OfAView_IsWhatItsAnswersHadNoRoomFor()
    {
        var data = Data with { Details = [Data.Details[0] with { More = new(1, 2, 3, 4) }, Data.Details[0] with { More = new(10, 20, 30, 40) }] };
        Assert.Equal([0, 0, 11, 22, 33, 44, 0], TopViews.All.Select(v => v.LeftOut(data)));
    }

    private static TopTable Table(string? column) => new(Apis, Data, TopOrder.Of(Apis, column, "", isWide: false), One);
}
