using System.Globalization;
using KafkaMesh.EndToEnd;
using Microsoft.Playwright;

namespace KafkaMesh.Dashboard.Tests;

/// <summary>The live tap: permission, real traffic, filters, pause, detail, and a pod that goes.</summary>
[Collection<LiveMeshCollection>]
public sealed class TapTests(LiveMesh mesh, Browser browser)
{
    [Fact]
    public async Task Tap_WithoutToken_SaysHowToGetOneAndRefusesAWrongOne()
    {
        await using var page = await browser.OpenAsync(mesh.Address);
        await page.GoAsync("/tap?namespace=demo&monitor=orders");
        await Button(page, "Start").ClickAsync();
        var dialog = page.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByText("kubectl create token kafkamesh-tap -n kafkamesh-system --audience kafkamesh").WaitForAsync();
        await page.ScreenshotAsync("token-light");
        await page.AssertAccessibleAsync("token dialogue");

        await dialog.GetByLabel("Token").Last.FillAsync("two words");
        await dialog.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Use token" }).ClickAsync();
        await dialog.GetByText("A token has no spaces").WaitForAsync();
        await dialog.GetByLabel("Token").Last.FillAsync("not-a-token");
        await dialog.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Use token" }).ClickAsync();
        await page.Page.GetByText("Give another token").WaitForAsync();
        Assert.All(page.Complaints, complaint => Assert.Contains("401", complaint, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Tap_OfAMonitor_ShowsFramesFiltersPausesAndExplains()
    {
        await using var page = await StartAsync("/tap?namespace=demo&monitor=orders", await mesh.TapTokenAsync());
        var rows = page.Page.Locator(".tap-grid tbody tr:not(.pad)");
        await rows.Nth(5).WaitForAsync();
        await page.Page.GetByText("Tapping 4 pods").WaitForAsync();

        // Each row names its pod, with the end that tells it from its siblings.
        var pods = (await mesh.Kubectl.ListAsync("pods", "demo", "app=orders")).Select(pod => pod["metadata"]!["name"]!.ToString()).ToHashSet();
        Assert.Subset(pods, (await page.Page.Locator(".tap-grid tbody td:nth-child(9)").AllTextContentsAsync()).ToHashSet());
        await page.ScreenshotAsync("tap-rows-light");

        await page.Page.GetByRole(AriaRole.Combobox, new PageGetByRoleOptions { Name = "API", Exact = true }).SelectOptionAsync("Produce");
        await Button(page, "Clear").ClickAsync();
        await page.Page.WaitForFunctionAsync("() => document.querySelectorAll('.tap-grid tbody th').length > 4");
        Assert.All(await page.Page.Locator(".tap-grid tbody th").AllInnerTextsAsync(), api => Assert.StartsWith("Produce", api, StringComparison.Ordinal));

        await Button(page, "Pause").ClickAsync();
        await page.Page.GetByText("since the pause").WaitForAsync();
        await rows.Filter(new LocatorFilterOptions { HasText = "response" }).First.ClickAsync();
        var detail = page.Page.GetByRole(AriaRole.Region, new PageGetByRoleOptions { Name = "Response", Exact = true });
        await detail.GetByText("Correlation id").WaitForAsync();
        Assert.Matches(@"\d ms", await detail.InnerTextAsync());
        await detail.GetByText("orders", new LocatorGetByTextOptions { Exact = true }).WaitForAsync();
        foreach (var look in Look.All)
        {
            await page.Page.SetViewportSizeAsync(look.Width, look.Height);
            await page.Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = look.IsDark ? ColorScheme.Dark : ColorScheme.Light });
            await page.ScreenshotAsync("tap-running-" + look.Name);
            await page.AssertFitsAsync("running tap, " + look.Name);
            await page.AssertAccessibleAsync("running tap, " + look.Name);
        }
        page.AssertQuiet();
    }

    [Theory]
    [InlineData("producer", "Produce")]
    [InlineData("consumer", "Fetch")]
    public async Task Tap_OfAPod_NamesTheTopicAndClientOfItsTraffic(string role, string api)
    {
        var pod = await PodAsync(role);
        await using var page = await StartAsync(string.Create(CultureInfo.InvariantCulture, $"/tap?namespace=demo&pod={pod}"), await mesh.TapTokenAsync());
        await page.Page.GetByLabel("Topic", new PageGetByLabelOptions { Exact = true }).FillAsync("orders");
        await page.Page.Locator($".tap-grid tbody tr.response:has-text('{api}')").Nth(2).WaitForAsync();
        await Button(page, "Pause").ClickAsync();

        // Every row is one of this client, as far as its request was seen, and speaks of the one topic that there is.
        var rows = await page.Page.Locator(".tap-grid tbody tr:not(.pad)").EvaluateAllAsync<string[][]>("all => all.map(row => [...row.cells].map(cell => cell.textContent.trim()))");
        var traffic = rows.Where(row => row[2].StartsWith(api + " v", StringComparison.Ordinal)).ToList();
        Assert.All(traffic, row => Assert.True(row[3] == role || (row[1] == "response" && row[3] == "not known"), string.Join(' ', row)));
        Assert.Contains(traffic, row => row[1] == "request" && row[3] == role && row[4] == "orders");
        Assert.Contains(traffic, row => row[1] == "response" && row[3] == role && row[4] == "orders" && row[6].EndsWith('s'));

        await page.Page.Locator($".tap-grid tbody tr.request:has-text('{api}')").First.ClickAsync();
        var detail = page.Page.GetByRole(AriaRole.Region, new PageGetByRoleOptions { Name = "Request", Exact = true });
        await detail.GetByText(pod, new LocatorGetByTextOptions { Exact = true }).WaitForAsync();
        await detail.GetByText("outbound").WaitForAsync();
        page.AssertQuiet();
    }

    [Fact]
    public async Task Tap_WithATokenThatMayNot_NamesTheMissingRightAndTakesAnother()
    {
        await mesh.Kubectl.RunAsync("create", "serviceaccount", "onlooker", "-n", "demo");
        var token = await mesh.Kubectl.TokenAsync("onlooker", "demo", "kafkamesh");
        await using var page = await StartAsync("/tap?namespace=demo&monitor=orders", token);
        var refusal = page.Page.GetByRole(AriaRole.Alert).Filter(new LocatorFilterOptions { HasText = "system:serviceaccount:demo:onlooker may not get kafkamonitors/tap of kafkamesh.io in namespace demo" });
        await refusal.WaitForAsync();
        Assert.Equal(0, await page.Page.Locator(".tap-grid").CountAsync());
        await page.ScreenshotAsync("tap-refused-light");
        await page.AssertAccessibleAsync("a refused tap");

        await refusal.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Give another token" }).ClickAsync();
        await GiveAsync(page, await mesh.TapTokenAsync());
        await page.Page.Locator(".tap-grid tbody tr:not(.pad)").Nth(2).WaitForAsync();
        await mesh.Kubectl.RunAsync("delete", "serviceaccount", "onlooker", "-n", "demo");
        Assert.All(page.Complaints, complaint => Assert.Contains("403", complaint, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Tap_WhileTheOperatorIsReplaced_GoesOnAndSaysThatItWasInterrupted()
    {
        await using var page = await StartAsync("/tap?namespace=demo&monitor=orders", await mesh.TapTokenAsync());
        await page.Page.GetByText("Tapping 4 pods").WaitForAsync();
        await mesh.Kubectl.RunAsync("rollout", "restart", "deployment/kafkamesh-operator", "-n", "kafkamesh-system");
        await page.Page.GetByText("What passed meanwhile is not shown.").WaitForAsync(new LocatorWaitForOptions { Timeout = 90_000 });
        await mesh.Kubectl.RunAsync("rollout", "status", "deployment/kafkamesh-operator", "-n", "kafkamesh-system", "--timeout=120s");

        // Every replica is another one by now, and what passes comes.
        await page.Page.GetByText("Tapping 4 pods").WaitForAsync(new LocatorWaitForOptions { Timeout = 60_000 });
        await Button(page, "Clear").ClickAsync();
        await page.Page.Locator(".tap-grid tbody tr:not(.pad)").Nth(2).WaitForAsync();
        await page.ScreenshotAsync("tap-interrupted-light");
        await page.AssertAccessibleAsync("a tap that was interrupted");
        Assert.All(page.Complaints, complaint => Assert.Matches("50[234]|net::ERR_", complaint));
        await Kubectl.UntilAsync("four pods report", TimeSpan.FromSeconds(60), mesh.MonitorAsync, m => m!["status"]!["pods"]!["reporting"]!.GetValue<int>() == 4);
    }

    [Fact]
    public async Task Tap_OfAPodThatIsDeleted_EndsAndSaysWhy()
    {
        var pod = await PodAsync("producer");
        await using var page = await StartAsync(string.Create(CultureInfo.InvariantCulture, $"/tap?namespace=demo&pod={pod}"), await mesh.TapTokenAsync());
        await page.Page.Locator(".tap-grid tbody tr:not(.pad)").First.WaitForAsync();

        await mesh.Kubectl.RunAsync("delete", "pod", pod, "-n", "demo", "--timeout=60s");
        await page.Page.GetByText("The pod is gone: it was deleted or has ended.").WaitForAsync(new LocatorWaitForOptions { Timeout = 60_000 });
        page.AssertQuiet();

        // A pod that is not there at all.
        await page.GoAsync("/tap?namespace=demo&pod=nobody");
        await Button(page, "Start").ClickAsync();
        await page.Page.GetByText("it may have been deleted").WaitForAsync();
        await Kubectl.UntilAsync("four pods again", TimeSpan.FromSeconds(60), mesh.MonitorAsync, m => m!["status"]!["pods"]!["reporting"]!.GetValue<int>() == 4);
    }

    private async Task<string> PodAsync(string role) => (await mesh.Kubectl.ListAsync("pods", "demo", "role=" + role))[0]["metadata"]!["name"]!.ToString();

    private async Task<DashboardPage> StartAsync(string hash, string token)
    {
        var page = await browser.OpenAsync(mesh.Address);
        await page.GoAsync(hash);
        await Button(page, "Start").ClickAsync();
        await GiveAsync(page, token);
        return page;
    }

    private static async Task GiveAsync(DashboardPage page, string token)
    {
        var dialog = page.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Token").Last.FillAsync(token);
        await dialog.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Use token" }).ClickAsync();
    }

    private static ILocator Button(DashboardPage page, string name) => page.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = name, Exact = true });
}
