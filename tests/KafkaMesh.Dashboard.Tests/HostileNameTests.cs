using System.Text.Json;
using KafkaMesh.Operator.Tests.Cluster;
using KafkaMesh.Operator.Tests.Dashboard;
using KafkaMesh.Operator.Tests.Stats;
using Microsoft.Playwright;

namespace KafkaMesh.Dashboard.Tests;

/// <summary>Topics, groups and clients with names that would run, reorder, hide or burst: shown as text, whole, and where they belong.</summary>
public sealed class HostileNameTests(DashboardFixture fixture, Browser browser) : IClassFixture<DashboardFixture>
{
    // What a reader must be able to see of each name.
    private static readonly string[] s_visible =
    [
        "<script>alert(1)</script>", "\"';--", @"a\u{0}b\u{7}\r\n\t", @"\u{202E}gnp.exe\u{2066}", new string('x', 249), "</script>&amp;", @"\u{2028}\u{2029}", "😀 𝄞",
    ];

    [Fact]
    public async Task Names_ThatAreHostile_AreTextEverywhere()
    {
        const string Space = "browser-hostile";
        await fixture.ApplyMonitorAsync(Space);
        await using var sidecar = await fixture.StartPodAsync(Space, "hostile", "127.0.40.11", DashboardFixture.Full("h", 1, 100, 10));
        await fixture.UntilJsonAsync($"/api/v1/namespaces/{Space}/monitors/orders", m => m["topics"]?.AsArray().Count == DashboardFixture.HostileNames.Count);
        sidecar.Report = DashboardFixture.Full("h", 2, 200, 20);

        var violations = new List<string>();
        foreach (var look in Look.All)
        {
            await using var page = await browser.OpenAsync(Address, look);
            foreach (var section in (string[])["topics", "groups", "clients", "pods", "errors", "traffic"])
            {
                await page.GoAsync($"/monitors/{Space}/orders/{section}");
                if (section is "topics" or "groups" or "clients")
                {
                    await page.Page.Locator("tbody tr:not(.blank)").Nth(s_visible.Length - 1).WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Attached });
                    var names = await page.Page.Locator("tbody th bdi").EvaluateAllAsync<string[]>("all => all.map(e => e.textContent)");
                    Assert.Equal(s_visible.Order(StringComparer.Ordinal), names.Order(StringComparer.Ordinal));
                }
                await page.ScreenshotAsync($"hostile-{section}-{look.Name}");
                await page.AssertFitsAsync($"hostile {section}, {look.Name}");
                violations.AddRange(await page.ViolationsAsync($"hostile {section}, {look.Name}"));
            }
            await page.GoAsync("/topology");
            await page.Page.Locator(".node.topic").Nth(s_visible.Length - 1).WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Attached });
            await page.ScreenshotAsync($"hostile-topology-{look.Name}");
            await page.AssertFitsAsync("hostile topology, " + look.Name);
            page.AssertQuiet();
        }
        Assert.Empty(violations);
    }

    [Fact]
    public async Task Search_ForAHostileName_FindsThatTopicAlone()
    {
        const string Space = "browser-search";
        await fixture.ApplyMonitorAsync(Space);
        await using var sidecar = await fixture.StartPodAsync(Space, "hostile", "127.0.40.12", DashboardFixture.Full("s", 1, 100, 10));
        await fixture.UntilJsonAsync($"/api/v1/namespaces/{Space}/monitors/orders", m => m["topics"]?.AsArray().Count == DashboardFixture.HostileNames.Count);

        await using var page = await browser.OpenAsync(Address);
        await page.GoAsync($"/monitors/{Space}/orders/topics");
        await page.Page.GetByLabel("Search topics").FillAsync("<script>");
        await page.Page.GetByText("1 topic", new PageGetByTextOptions { Exact = true }).WaitForAsync();
        Assert.Equal("<script>alert(1)</script>", await page.Page.Locator("tbody th bdi").TextContentAsync());
        await page.Page.Locator("tbody th button").ClickAsync();
        await page.Page.GetByRole(AriaRole.Region, new PageGetByRoleOptions { Name = "Topic", Exact = true }).GetByText("hostile").WaitForAsync();
        page.AssertQuiet();
    }

    [Fact]
    public async Task Tap_OfHostileNames_IsTextInRowsAndDetail()
    {
        const string Space = "browser-hostile-tap";
        await fixture.ApplyMonitorAsync(Space);
        await fixture.EntryAsync($"orders.{Space}.inject.kafkamesh.io");
        await using var sidecar = await fixture.StartPodAsync(Space, "hostile", "127.0.40.13", DashboardFixture.Full("t", 1, 100, 10));
        await fixture.UntilJsonAsync($"/api/v1/namespaces/{Space}/monitors/orders", m => m["pods"]!["reporting"]!.GetValue<int>() == 1);

        await using var page = await browser.OpenAsync(Address);
        await page.GoAsync($"/tap?namespace={Space}&pod=hostile");
        await page.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Start", Exact = true }).ClickAsync();
        var dialog = page.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Token").Last.FillAsync(await fixture.TapTokenAsync());
        await dialog.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Use token" }).ClickAsync();
        await fixture.UntilAsync("the tap is open", () => Task.FromResult(sidecar.Open == 1));

        // Whoever controls a pod answers for its sidecar: an API and an error may be hostile too, and an event none at all.
        sidecar.Send("event: request\ndata: {\"topics\":null,\"api\":{}}\n\n");
        foreach (var name in DashboardFixture.HostileNames)
            sidecar.Send($"event: response\ndata: {Frame(name)}\n\n");
        var rows = page.Page.Locator(".tap-grid tbody tr:not(.pad)");
        await rows.Nth(s_visible.Length - 1).WaitForAsync();
        await page.Page.GetByText("1 lost").WaitForAsync();
        foreach (var column in (int[])[3, 4, 5])
            Assert.Equal(s_visible, await page.Page.Locator($".tap-grid tbody tr > :nth-child({column}) bdi").EvaluateAllAsync<string[]>("all => all.map(e => e.textContent)"));
        Assert.Equal(s_visible, await page.Page.Locator(".tap-grid .chip").AllTextContentsAsync());
        await page.ScreenshotAsync("hostile-tap-light");

        for (var index = 0; index < s_visible.Length; index++)
        {
            await rows.Nth(index).ClickAsync();
            var detail = page.Page.GetByRole(AriaRole.Region, new PageGetByRoleOptions { Name = "Response", Exact = true });
            await detail.Locator("h2 bdi").GetByText(s_visible[index], new LocatorGetByTextOptions { Exact = true }).WaitForAsync();
            var shown = await detail.Locator("h2 bdi, .chip, dd bdi.whole, li bdi").AllTextContentsAsync();
            Assert.Equal([s_visible[index], s_visible[index], s_visible[index], "hostile", s_visible[index]], shown);
            foreach (var look in Look.All.Where(_ => index is 3 or 4))
            {
                await page.Page.SetViewportSizeAsync(look.Width, look.Height);
                await page.AssertFitsAsync($"hostile tap, row {index}, {look.Name}");
                await page.ScreenshotAsync($"hostile-tap-{index}-{look.Name}");
            }
            await page.Page.SetViewportSizeAsync(Look.Wide.Width, Look.Wide.Height);
        }
        await page.AssertAccessibleAsync("hostile tap");
        page.AssertQuiet();

        static string Frame(string name) => JsonSerializer.Serialize(new
        {
            time = "2026-01-01T00:00:00.000000Z",
            direction = "outbound",
            connection = 1,
            api = name,
            apiKey = 0,
            version = 9,
            correlationId = 7,
            clientId = name,
            size = 100,
            latencyMilliseconds = 1.5,
            errors = (string[])[name],
            topics = (string[])[name],
        });
    }

    private Uri Address => new(fixture.Client().BaseAddress!, "/");
}
