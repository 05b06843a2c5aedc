using Microsoft.Playwright;

namespace KafkaMesh.Dashboard.Tests;

/// <summary>Figures that are not of now say so, and come back by themselves.</summary>
[Collection<LiveMeshCollection>]
public sealed class LostConnectionTests(LiveMesh mesh, Browser browser)
{
    [Fact]
    public async Task Connection_ThatIsLost_MarksFiguresStaleAndComesBackWithoutAReload()
    {
        await using var page = await browser.OpenAsync(mesh.Address);
        await page.GoAsync("/");
        await page.FigureAsync("requestsPerSecond", page.Page.Locator("[data-monitor='demo/orders']"));
        await page.Page.EvaluateAsync("() => { window.sameDocument = true; }");

        await mesh.Proxy.DisposeAsync();
        await page.Page.GetByText("Connection lost").WaitForAsync();
        await page.Page.Locator("main.stale").WaitForAsync();
        await page.Page.GetByText("Last figures").WaitForAsync();
        await page.FigureAsync("requestsPerSecond", page.Page.Locator("[data-monitor='demo/orders']"));
        await page.ScreenshotAsync("lost-connection-light");
        await page.AssertAccessibleAsync("lost connection");

        await mesh.RestartProxyAsync();
        await page.Page.GetByText("Connection lost").WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Detached, Timeout = 60_000 });
        await page.Page.Locator("main:not(.stale)").WaitForAsync();
        Assert.True(await page.Page.EvaluateAsync<bool>("() => window.sameDocument === true"));
        Assert.All(page.Complaints, complaint => Assert.Contains("net::ERR_", complaint, StringComparison.Ordinal));
    }
}
