using KafkaMesh.EndToEnd;
using Microsoft.Playwright;

namespace KafkaMesh.Dashboard.Tests;

/// <summary>What is pointed at in the topology, by pointer or keyboard, is lit and shows the figures that the API answers with.</summary>
[Collection<LiveMeshCollection>]
public sealed class TopologyTests(LiveMesh mesh, Browser browser)
{
    private const string Place = "?namespace=demo&monitor=orders";
    private const string Hint = "Point at a box or a line";

    [Fact]
    public async Task Node_UnderThePointerOrWithTheFocus_ShowsTheSumsOfItsEdges()
    {
        await using var page = await browser.OpenAsync(mesh.Address);
        var answers = new TopologyAnswers(page.Page);
        await page.GoAsync("/topology" + Place);
        var topic = page.Page.Locator(".node.topic", new PageLocatorOptions { HasText = "orders" });
        var pointed = page.Page.Locator(".pointed");
        await pointed.GetByText(Hint).WaitForAsync();

        await topic.HoverAsync();
        await page.Page.Locator("svg.focused").WaitForAsync();
        await pointed.GetByText("Topic", new LocatorGetByTextOptions { Exact = true }).WaitForAsync();
        Assert.Equal("orders", await pointed.Locator("bdi").InnerTextAsync());
        await AgreeAsync(page, "topic", pointed, async () =>
        {
            var edges = await answers.EdgesAsync(e => true);
            return new()
            {
                ["produce-bytesPerSecond"] = TopologyAnswers.Sum(edges, "produce", "bytesPerSecond"),
                ["produce-recordsPerSecond"] = TopologyAnswers.Sum(edges, "produce", "recordsPerSecond"),
                ["consume-bytesPerSecond"] = TopologyAnswers.Sum(edges, "consume", "bytesPerSecond"),
                ["consume-recordsPerSecond"] = TopologyAnswers.Sum(edges, "consume", "recordsPerSecond"),
            };
        });
        Assert.Equal(await page.Page.Locator(".line").CountAsync(), await page.Page.Locator(".line.lit").CountAsync());
        await page.ScreenshotAsync("topology-pointed-light");

        // A workload lights its own line only.
        await page.Page.Locator(".node.workload", new PageLocatorOptions { HasText = "orders-consumer" }).HoverAsync();
        await pointed.GetByText("Consumed", new LocatorGetByTextOptions { Exact = true }).WaitForAsync();
        Assert.Equal(0, await pointed.GetByText("Produced", new LocatorGetByTextOptions { Exact = true }).CountAsync());
        Assert.Equal("consume", Assert.Single(await LitKindsAsync(page)));
        await AgreeAsync(page, "consumer", pointed, async () =>
        {
            var edges = await answers.EdgesAsync(e => e["to"]!.ToString().Contains("orders-consumer", StringComparison.Ordinal) || e["from"]!.ToString().Contains("orders-consumer", StringComparison.Ordinal));
            return new() { ["consume-bytesPerSecond"] = TopologyAnswers.Sum(edges, "consume", "bytesPerSecond"), ["pods"] = await answers.PodsAsync("orders-consumer") };
        });

        // Away from it nothing is lit; the focus does the same as the pointer.
        await page.Page.Locator("h1").HoverAsync();
        await pointed.GetByText(Hint).WaitForAsync();
        await topic.FocusAsync();
        await pointed.GetByText("Topic", new LocatorGetByTextOptions { Exact = true }).WaitForAsync();
        await page.Page.Locator("svg.focused").WaitForAsync();
        await page.AssertAccessibleAsync("topology with a pointed box");
        page.AssertQuiet();
    }

    [Theory]
    [InlineData("produce")]
    [InlineData("consume")]
    public async Task Edge_UnderThePointer_ShowsItsFigures(string kind)
    {
        await using var page = await browser.OpenAsync(mesh.Address);
        var answers = new TopologyAnswers(page.Page);
        await page.GoAsync("/topology" + Place);
        var pointed = page.Page.Locator(".pointed");
        await page.Page.Locator($".flow.{kind}").First.WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Attached });

        await HoverLineAsync(page, kind);
        await pointed.GetByText(kind == "produce" ? "orders-producer produces to orders" : "orders is consumed by orders-consumer").WaitForAsync();
        Assert.Equal(kind, Assert.Single(await LitKindsAsync(page)));
        await AgreeAsync(page, kind, pointed, async () =>
        {
            var edge = Assert.Single(await answers.EdgesAsync(e => e["kind"]!.ToString() == kind));
            return ((string[])["bytesPerSecond", "recordsPerSecond", "bytes", "records"]).ToDictionary(name => name, name => TopologyAnswers.Number(edge, name));
        });
        await page.ScreenshotAsync($"topology-pointed-{kind}-light");

        await page.Page.Locator("h1").HoverAsync();
        await pointed.GetByText(Hint).WaitForAsync();
        page.AssertQuiet();
    }

    [Fact]
    public async Task Edge_ToABroker_ShowsItsConnections()
    {
        await using var page = await browser.OpenAsync(mesh.Address);
        var answers = new TopologyAnswers(page.Page);
        await page.GoAsync("/topology" + Place + "&view=brokers");
        await page.Page.Locator(".flow.connect").First.WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Attached });
        await HoverLineAsync(page, "connect");

        var pointed = page.Page.Locator(".pointed");
        await pointed.GetByText(" dials ").WaitForAsync();
        var ends = await pointed.Locator("bdi").AllInnerTextsAsync();
        await AgreeAsync(page, "connections", pointed, async () =>
        {
            var edge = Assert.Single(await answers.EdgesAsync(e => e["kind"]!.ToString() == "connect" && e["from"]!.ToString().Contains(ends[0], StringComparison.Ordinal) && e["to"]!.ToString().Contains(ends[1], StringComparison.Ordinal)));
            return new() { ["connections"] = TopologyAnswers.Number(edge, "connections"), ["connectErrors"] = TopologyAnswers.Number(edge, "connectErrors") };
        });
        page.AssertQuiet();
    }

    [Fact]
    public async Task Keyboard_FromABox_WalksItsLinesAndComesBack()
    {
        await using var page = await browser.OpenAsync(mesh.Address);
        await page.GoAsync("/topology" + Place);
        await page.Page.Locator(".node.topic").First.FocusAsync();
        var pointed = page.Page.Locator(".pointed");
        var walked = new HashSet<string>();
        for (var step = 0; step < 2; step++)
        {
            await page.Page.Keyboard.PressAsync("ArrowDown");
            var name = await page.Page.EvaluateAsync<string>("() => document.activeElement.getAttribute('aria-label')");
            await pointed.GetByText(name).WaitForAsync();
            walked.Add(Assert.Single(await LitKindsAsync(page)));
        }
        Assert.Equal(["consume", "produce"], walked.Order(StringComparer.Ordinal));
        await page.AssertAccessibleAsync("topology with a focused line");

        await page.Page.Keyboard.PressAsync("ArrowUp");
        await page.Page.Keyboard.PressAsync("Escape");
        await pointed.GetByText("Topic", new LocatorGetByTextOptions { Exact = true }).WaitForAsync();
        Assert.StartsWith("Topic", await page.Page.EvaluateAsync<string>("() => document.activeElement.textContent.trim()"), StringComparison.Ordinal);
        page.AssertQuiet();
    }

    // In the middle of the curve, where the pointer of a person would be.
    private static async Task HoverLineAsync(DashboardPage page, string kind)
    {
        var point = await page.Page.Locator($".line:has(.flow.{kind}) .reach").First.EvaluateAsync<float[]>(
            "path => { const middle = path.getPointAtLength(path.getTotalLength() / 2), place = middle.matrixTransform(path.getScreenCTM()); return [place.x, place.y]; }");
        await page.Page.Mouse.MoveAsync(point[0], point[1]);
    }

    private static async Task<IReadOnlyList<string>> LitKindsAsync(DashboardPage page) =>
        await page.Page.Locator(".line.lit .flow").EvaluateAllAsync<string[]>("all => all.map(each => each.classList[1])");

    // The page draws a moment after the answer has come.
    private static async Task AgreeAsync(DashboardPage page, string what, ILocator pointed, Func<Task<Dictionary<string, double>>> expected) =>
        await Kubectl.UntilAsync(
            $"the page shows what the API answered about {what}",
            TimeSpan.FromSeconds(30),
            async () =>
            {
                var api = await expected();
                var shown = new Dictionary<string, double>();
                foreach (var name in api.Keys)
                    shown[name] = await page.FigureAsync(name, pointed);
                return (Api: api, Shown: shown);
            },
            pair => pair.Api.All(each => Math.Abs(each.Value - pair.Shown[each.Key]) <= 1e-9 * Math.Max(1, Math.Abs(each.Value))) && pair.Api.Values.Any(value => value > 0));
}
